package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"

	"credscope/store"
	"credscope/store/demo"
	"credscope/tui/command"
)

// The socket of pictures, for the real one has another name every time, and who
// runs it, as its owner and as who answers.
const (
	standInDir  = "/tmp/lc-1000"
	standInPath = standInDir + "/host.sock"
	standInUser = "1000"
)

// runCommand runs a command line in a sandbox, on a terminal, and returns the
// screen after it: the line behind a prompt, and what was written.
func runCommand(s scene) (frame, error) {
	host, err := demo.Start(demo.Options{Scenario: s.host, Now: openingTime})
	if err != nil {
		return frame{}, err
	}
	defer func() { _ = host.Close() }()
	var out bytes.Buffer
	e := &command.Env{Now: openingTime}
	e.Out, e.Errs, e.In, e.Profile = &out, &out, strings.NewReader(""), colorprofile.TrueColor
	e.Named = func() (by, path string) { return store.SocketVariable, host.Path() }
	e.Open = func() (*store.ProxyTokenStore, func(), error) {
		opened := host.NewStore(store.Options{})
		return opened, func() { _ = opened.Close() }, nil
	}
	root := &cobra.Command{Use: "credscope", SilenceErrors: true, SilenceUsage: true}
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return e.ReadFlags() }
	e.Flags(root.PersistentFlags())
	root.AddCommand(command.List(e), command.Show(e), command.Remove(e), command.Doctor(e))
	root.SetArgs(strings.Fields(s.command)[1:])
	if err := root.Execute(); err != nil {
		return frame{}, fmt.Errorf("scene %s: %w", s.name, err)
	}
	text := "$ " + s.command + "\n" + standIns(out.String(), host.Path())
	text = strings.TrimSuffix(text, "\n")
	if w, h := lipgloss.Size(text); w <= s.width {
		return frameOf(text, s.width, h, s.window()), nil
	}
	return frame{}, fmt.Errorf("scene %s: a line is wider than %d cells", s.name, s.width)
}

var (
	pathLength = regexp.MustCompile(`\d+ of at most \d+ bytes`)
	userID     = regexp.MustCompile(`(uid |"peer_uid": )\d+`)
)

// standIns puts the same words on every machine for what differs between them:
// where the socket is, how long a path may be, and who runs this.
func standIns(text, path string) string {
	dir := path[:strings.LastIndex(path, "/")]
	text = strings.NewReplacer(path, standInPath, dir, standInDir).Replace(text)
	text = pathLength.ReplaceAllString(text, fmt.Sprintf("%d of at most 107 bytes", len(standInPath)))
	return userID.ReplaceAllString(text, "${1}"+standInUser)
}
