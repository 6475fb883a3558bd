// Command credscope shows which credentials the host of an LLxprt sandbox
// offers, how healthy they are, and renews or removes stale ones.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
	"credscope/tui"
	"credscope/tui/command"
	"credscope/tui/theme"
)

const noDescriptor = -1 // --capability-fd when it is not given

func main() {
	harden := store.Harden()
	for _, name := range []string{"TEA_TRACE", "TEA_DEBUG"} {
		_ = os.Unsetenv(name) // both make the framework write files
	}
	a := &app{hardening: harden, Env: command.NewEnv(os.Stdin, os.Stdout, os.Stderr, os.Environ())}
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
	givenFD      bool
	noMouse      bool
	logPath      string
	scenario     string
}

// run parses, works and reports. It returns the exit status.
func (a *app) run(args []string) (status int) {
	a.Signals = a.WatchSignals(os.Stdin, os.Stdout, os.Stderr)
	defer func() {
		if ended, signaled := a.Signals.Stop(); signaled && status != command.ClosedPipe {
			status = ended
		}
	}()
	return a.execute(args)
}

// execute runs a command line and reports what went wrong.
func (a *app) execute(args []string) int {
	root := a.commands()
	root.SetArgs(args)
	root.SetOut(a.Out)
	err := cmp.Or(root.ExecuteContext(a.Signals.Context()), a.Unwritten())
	if errors.Is(err, command.ErrUnread) {
		return command.ClosedPipe // the reader of the output has closed it
	}
	if err != nil {
		a.Complain(err)
		if a.Status == command.Fine {
			a.Status = command.StatusOf(err)
		}
	}
	return a.Status
}

func (a *app) commands() *cobra.Command {
	root := &cobra.Command{
		Use:   "credscope",
		Short: "See which credentials the host offers, and renew or remove stale ones",
		Long: "credscope shows which credentials the host of an LLxprt sandbox offers and how\n" +
			"healthy they are, and renews or removes stale ones by keyboard. It never shows a\n" +
			"secret.\n\n" +
			"Without a terminal, or with TERM=dumb, it is credscope list. NO_COLOR turns colours\n" +
			"off, CLICOLOR_FORCE keeps them in a pipe.\n\n" +
			"Scenarios of --demo and of credscope host:\n" + scenarioLines(),
		Example: "  credscope              in a sandbox, where " + store.SocketVariable + " is set\n" +
			"  credscope --demo       anywhere, against made-up credentials\n" +
			"  credscope list --json | jq -r '.buckets[] | select(.status == \"stale\") | .provider + \"/\" + .bucket'",
		Args:          command.NoArguments,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, _ []string) error { return a.inspect(c.Context()) },
	}
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		a.givenFD = c.Flags().Changed("capability-fd")
		return cmp.Or(command.RefuseEmpty(c), a.ReadFlags())
	}
	root.SetFlagErrorFunc(command.FlagError)
	flags := root.PersistentFlags()
	flags.StringVar(&a.demo, "demo", "", "work against the made-up credentials of a `scenario`")
	flags.Lookup("demo").NoOptDefVal = "default"
	flags.StringVar(&a.socketPath, "socket", "", "`path` of the host's socket, in place of "+store.SocketVariable)
	flags.IntVar(&a.capabilityFD, "capability-fd", noDescriptor, "read the host's capability from file descriptor `N`")
	a.Flags(flags)
	flags.BoolVar(&a.noMouse, "no-mouse", false, "leave the mouse to the terminal")
	flags.StringVar(&a.logPath, "log", "", "write operations, sizes, codes and durations to a new `file`")
	root.Version = command.Version() // a template of our own for it would link a quarter more
	root.AddCommand(command.List(&a.Env), command.Show(&a.Env), command.Check(&a.Env), command.Remove(&a.Env), command.Renew(&a.Env), command.Doctor(&a.Env), a.hostCommand(), command.Man(&a.Env), command.Reference())
	command.StrictBuiltIns(root)
	command.FlagValues(root, "demo", demo.Described()...)
	command.FlagValues(root, "theme", theme.Names()...)
	return root
}

// scenarioLines names the made-up hosts, a line each.
func scenarioLines() string {
	var lines []string
	for _, described := range demo.Described() {
		name, about, _ := strings.Cut(described, "\t")
		lines = append(lines, fmt.Sprintf("  %-11s %s", name, about))
	}
	return strings.Join(lines, "\n")
}

// named returns what names the host, and its path. A made-up host has one once it runs.
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
			return errors.Join(a.Host(c.Context(), host.Path(), a.scenario), host.Close())
		},
	}
	c.Flags().StringVar(&a.scenario, "scenario", "default", "one of those that credscope --help names")
	command.FlagValues(c, "scenario", demo.Described()...)
	return c
}

// open makes the store that flags and environment call for. It connects to
// nothing. done is to be called in the end, also after an error.
func (a *app) open() (s *store.ProxyTokenStore, done func(), err error) {
	var o store.Options
	done = func() {}
	var capability store.Secret
	if a.demo == "" { // before anything else is opened, which could get its number
		if capability, err = a.capability(); err != nil {
			return nil, done, err
		}
	}
	o.Capability = capability
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
	if s, err = store.FromEnvironment(a.getenv, os.Unsetenv, o); err != nil {
		return nil, done, err
	}
	closeLog := done
	return s, func() { _ = s.Close(); closeLog() }, nil
}

// capability reads what --capability-fd or else the environment names. A
// variable that names the same descriptor as the flag is done with then.
func (a *app) capability() (store.Secret, error) {
	if !a.givenFD {
		defer a.SayIfSlow("waiting for the end of the file descriptor that " + store.CapabilityVariable + " names")()
		capability, err := store.CapabilityFromEnvironment(os.Getenv, os.Unsetenv)
		if a.getenv(store.SocketVariable) == "" {
			capability.Wipe()
			return store.Secret{}, store.ErrNoProxy
		}
		return capability, err
	}
	if os.Getenv(store.CapabilityVariable) == strconv.Itoa(a.capabilityFD) {
		if err := os.Unsetenv(store.CapabilityVariable); err != nil {
			return store.Secret{}, err
		}
	}
	defer a.SayIfSlow(fmt.Sprintf("waiting for the end of file descriptor %d", a.capabilityFD))()
	return store.ReadCapability(a.capabilityFD)
}

func (a *app) openDemo(o store.Options, closeLog func()) (*store.ProxyTokenStore, func(), error) {
	host, err := demo.Start(demo.Options{Scenario: a.demo})
	if err != nil {
		return nil, closeLog, command.UsageError{Err: err}
	}
	s := host.NewStore(o)
	return s, func() { _ = s.Close(); _ = host.Close(); closeLog() }, nil
}

// getenv is the environment with --socket in its place. A relative path is made
// absolute without being cleaned: "link/.." is where the system says it is.
func (a *app) getenv(name string) string {
	if name != store.SocketVariable || a.socketPath == "" {
		return os.Getenv(name)
	}
	if filepath.IsAbs(a.socketPath) || strings.HasPrefix(a.socketPath, `\\`) {
		return a.socketPath
	}
	if here, err := os.Getwd(); err == nil {
		return here + "/" + a.socketPath
	}
	return a.socketPath
}

// inspect runs the inspector with the options that only main has.
func (a *app) inspect(ctx context.Context) error {
	o := tui.Options{NoMouse: a.noMouse}
	if a.demo != "" {
		o.Label = "demo " + a.demo
	}
	if a.hardening != nil {
		o.Warnings = append(o.Warnings, "other processes may read this one's memory")
	}
	return a.Inspect(ctx, o)
}
