package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"credscope/socket/bare"
	"credscope/store"
)

// spec describes a host to its process.
type spec struct {
	Providers, Buckets int
	Token              string
	Delay, HoldLast    time.Duration
}

// The tokens that hosts answer with: as large as real ones are, and one whose
// expiry nobody counts down to.
const (
	realToken    = `{"access_token":"` + madeUp + madeUp + `","expiry":1893456000,"token_type":"Bearer","scope":"openid profile email offline_access"}`
	endlessToken = `{"access_token":"` + madeUp + `","expiry":0,"token_type":"Bearer"}`

	madeUp = "made-up-secret-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789"
)

// serveAt is the host's process: one line of JSON says what to be, and each
// line after it is a question, until the input ends.
func serveAt(path string, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	if !lines.Scan() {
		return errors.New("no description of the host came")
	}
	var s spec
	if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
		return err
	}
	h := &bare.Host{Providers: s.Providers, Buckets: s.Buckets, Token: s.Token, Delay: s.Delay, HoldLast: s.HoldLast}
	stop, err := h.Start(path)
	if err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	for err = answers.Encode("ready"); err == nil && lines.Scan(); {
		err = answers.Encode(h.Stats()) // the one question there is
	}
	return errors.Join(err, stop())
}

// host is a running host's process.
type host struct {
	path    string
	command *exec.Cmd
	to      io.WriteCloser
	from    *json.Decoder
}

func (l *lab) host(s spec) (*host, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	l.hosts++
	h := &host{path: filepath.Join(l.dir, fmt.Sprintf("host-%d.sock", l.hosts))}
	h.command = exec.Command(self, "-serve", h.path)
	h.command.Stderr = os.Stderr
	if h.to, err = h.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := h.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	h.from = json.NewDecoder(out)
	if err := h.command.Start(); err != nil {
		return nil, err
	}
	description, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return h, h.ask(string(description), new(string))
}

// ask sends a line and reads the answer.
func (h *host) ask(line string, answer any) error {
	if _, err := io.WriteString(h.to, line+"\n"); err != nil {
		return err
	}
	return h.from.Decode(answer)
}

func (h *host) stats() (s bare.Stats, err error) {
	err = h.ask("stats", &s)
	return s, err
}

func (h *host) close() {
	_ = h.to.Close()
	_ = h.command.Wait()
}

// environment is what a measured program gets to know.
func (h *host) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=C.UTF-8", store.SocketVariable + "=" + h.path}
}
