// Command credscope shows which credentials the host of an LLxprt sandbox
// offers, how healthy they are, and removes stale ones.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
	"credscope/tui"
	"credscope/tui/command"
)

const (
	signalBase   = 128 // plus a signal's number is the exit status after it
	noDescriptor = -1  // --capability-fd when it is not given
)

func main() {
	harden := store.Harden()
	for _, name := range []string{"TEA_TRACE", "TEA_DEBUG"} {
		_ = os.Unsetenv(name) // both make the framework write files
	}
	a := &app{hardening: harden, Env: command.Around(os.Stdin, os.Stdout, os.Stderr, os.Environ())}
	a.Open, a.Named, a.Now = a.open, a.named, time.Now
	os.Exit(a.Guard(func() int { return a.run(os.Args[1:]) }))
}

// app is one run of the program: its flags and what came of it.
type app struct {
	command.Env
	hardening error // why other processes may read our memory

	demo         string
	socketPath   string
	capabilityFD int
	noMouse      bool
	plain        bool
	logPath      string
	scenario     string
}

// run parses, works and reports. It returns the exit status.
func (a *app) run(args []string) int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // a closed pipe is an error of the write
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, command.Endings...)
	got := make(chan syscall.Signal, 1)
	go func() {
		defer func() { _ = recover(); close(got); stop() }() // whatever ends the wait ends the program
		s, _ := (<-signals).(syscall.Signal)
		got <- s
	}()

	root := a.commands()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if errors.Is(err, command.ErrUnread) {
		return signalBase + int(syscall.SIGPIPE) // whoever read has had enough
	}
	if err != nil {
		a.Complain(err)
		if a.Status == command.Fine {
			a.Status = command.StatusOf(err)
		}
	}
	select {
	case s := <-got:
		return signalBase + int(s)
	default:
		return a.Status
	}
}

func (a *app) commands() *cobra.Command {
	root := &cobra.Command{
		Use:   "credscope",
		Short: "See which credentials the host offers, and remove stale ones",
		Long: "credscope shows which credentials the host of an LLxprt sandbox offers and how\n" +
			"healthy they are, and removes stale ones by keyboard. It never shows a secret.",
		Example:       "  credscope              in a sandbox, where " + store.SocketVariable + " is set\n  credscope --demo       anywhere, against made-up credentials",
		Args:          command.NoArguments,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, _ []string) error { return a.inspect(c.Context()) },
	}
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return a.ReadFlags() }
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return command.UsageError{Err: err} })
	flags := root.PersistentFlags()
	flags.StringVar(&a.demo, "demo", "", "work against made-up credentials: "+strings.Join(demo.Scenarios(), ", "))
	flags.Lookup("demo").NoOptDefVal = "default"
	flags.StringVar(&a.socketPath, "socket", "", "`path` of the host's socket, in place of "+store.SocketVariable)
	flags.IntVar(&a.capabilityFD, "capability-fd", noDescriptor, "read the host's capability from file descriptor `N`")
	a.Flags(flags)
	flags.BoolVar(&a.noMouse, "no-mouse", false, "leave the mouse to the terminal")
	flags.StringVar(&a.logPath, "log", "", "write operations, sizes, codes and durations to a new `file`")
	flags.BoolVar(&a.plain, "plain", false, "lines of text in place of the screen, for screen readers")
	root.Version = command.Version() // a template of our own for it would link a quarter more
	root.AddCommand(command.List(&a.Env), command.Show(&a.Env), command.Remove(&a.Env), command.Doctor(&a.Env), a.hostCommand(), command.Man(&a.Env))
	command.FlagValues(root, "demo", demo.Described()...)
	command.FlagValues(root, "theme", tui.Themes()...)
	return root
}

// named tells what names the host. A made-up one has its path once it runs.
func (a *app) named() (by, path string) {
	switch {
	case a.demo != "":
		return "--demo", ""
	case a.socketPath != "":
		return "--socket", a.getenv(store.SocketVariable)
	}
	return store.SocketVariable, os.Getenv(store.SocketVariable)
}

func (a *app) hostCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "host", Short: "Serve made-up credentials on a socket, in the foreground", Args: command.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			host, err := demo.Start(demo.Options{Scenario: a.scenario, Socket: a.socketPath})
			if err != nil {
				return command.UsageError{Err: err}
			}
			a.Status = command.Fine
			return errors.Join(command.Host(c.Context(), a.Out, host), host.Close())
		},
	}
	c.Flags().StringVar(&a.scenario, "scenario", "default", "one of "+strings.Join(demo.Scenarios(), ", "))
	command.FlagValues(c, "scenario", demo.Described()...)
	return c
}

// open makes the store that flags and environment call for. It connects to
// nothing. done is to be called in the end, also after an error.
func (a *app) open() (s *store.ProxyTokenStore, done func(), err error) {
	var o socket.Options
	done = func() {}
	if a.logPath != "" {
		log, file, err := socket.OpenLog(a.logPath)
		if err != nil {
			return nil, done, command.UsageError{Err: fmt.Errorf("--log takes a file that does not exist yet: %w", err)}
		}
		o.Log, done = log, func() { _ = file.Close() }
	}
	if a.demo != "" {
		return a.openDemo(o, done)
	}
	if a.capabilityFD != noDescriptor {
		if o.Capability, err = store.ReadCapability(a.capabilityFD); err != nil {
			return nil, done, err
		}
	}
	if s, err = store.FromEnvironment(a.getenv, os.Unsetenv, o); err != nil {
		return nil, done, err
	}
	closeLog := done
	return s, func() { _ = s.Close(); closeLog() }, nil
}

func (a *app) openDemo(o socket.Options, closeLog func()) (*store.ProxyTokenStore, func(), error) {
	host, err := demo.Start(demo.Options{Scenario: a.demo})
	if err != nil {
		return nil, closeLog, command.UsageError{Err: err}
	}
	if capability, given := host.Capability(); given {
		o.Capability = capability
	}
	s := store.NewProxyTokenStore(host.Path(), o)
	return s, func() { _ = s.Close(); _ = host.Close(); closeLog() }, nil
}

// getenv is the environment with --socket in its place.
func (a *app) getenv(name string) string {
	if name != store.SocketVariable || a.socketPath == "" {
		return os.Getenv(name)
	}
	if path, err := filepath.Abs(a.socketPath); err == nil && !strings.HasPrefix(a.socketPath, `\\`) {
		return path
	}
	return a.socketPath
}

// inspect runs the screen, or lines of text where those are asked for or the
// terminal can do no more, or the plain list where there is no terminal.
func (a *app) inspect(ctx context.Context) error {
	lines := a.plain || a.Lines
	if !a.Screen && !lines {
		return a.List(ctx)
	}
	s, done, err := a.open()
	defer done()
	if _, wrong := errors.AsType[command.UsageError](err); wrong {
		return err
	}
	o := tui.Options{
		Now: time.Now, StaleAfter: a.StaleAfter, NoCheck: a.NoCheck, ReadOnly: a.ReadOnly,
		ASCII: a.ASCII, Profile: a.Profile,
		NoHost: err, Lookups: a.Lookups, Theme: a.Theme, NoMouse: a.noMouse, NoAnswers: !a.Typed,
	}
	if a.demo != "" {
		o.Label = "demo " + a.demo
	}
	if a.hardening != nil {
		o.Warnings = append(o.Warnings, "other processes may read this one's memory")
	}
	if lines {
		result, err := tui.RunPlain(ctx, s, o, os.Stdin, a.Out)
		a.settle(result)
		return err
	}
	stops := make(chan os.Signal, 1)
	signal.Notify(stops, syscall.SIGTSTP)
	o.Stops = stops
	result, err := tui.Run(ctx, s, o)
	if a.settle(result); a.Status == command.Usage && result.Last != "" {
		fmt.Fprintln(os.Stderr, "credscope:", result.Last)
	}
	for _, outcome := range result.Ledger {
		if _, gone := fmt.Fprintln(a.Out, tui.LedgerLine(outcome)); gone != nil {
			_, _ = fmt.Fprintln(os.Stderr, tui.LedgerLine(outcome)) // it may lead elsewhere than the terminal
		}
	}
	return err
}

// settle makes the exit status of what an inspection left behind.
func (a *app) settle(r tui.Result) {
	a.Status = command.Fine
	if !r.Accepted {
		a.Status = command.Usage
	}
	for _, outcome := range r.Ledger {
		if outcome.Verdict.Uncertain() {
			a.Status = command.Uncertain
		}
	}
}
