package store_test

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

const givenVariable = "CREDSCOPE_TEST_GIVEN" // a capability that the child brings itself

func init() { children["inherited"] = inherit }

// inherited is what a child made of its environment.
type inherited struct {
	Made, Looked string // errors
	Found        bool
	Presented    bool
	Marker       bool // the variable is still there
	Open         bool // descriptor 3 is still what it was
}

// inherit is the child: it takes its host and capability from where a launcher
// puts them, and looks at a token.
func inherit(out io.Writer) error {
	var before, after syscall.Stat_t
	opened := syscall.Fstat(3, &before) == nil
	var o socket.Options
	if given := os.Getenv(givenVariable); given != "" {
		o.Capability = store.NewSecret([]byte(given))
	}
	var result inherited
	s, err := store.FromEnvironment(os.Getenv, os.Unsetenv, o)
	result.Open = opened && syscall.Fstat(3, &after) == nil && after.Ino == before.Ino && after.Dev == before.Dev
	_, result.Marker = os.LookupEnv(store.CapabilityVariable)
	if err != nil {
		result.Made = err.Error()
		return json.NewEncoder(out).Encode(result)
	}
	defer func() { _ = s.Close() }()
	look, err := s.Look(context.Background(), claude.Key)
	if err != nil {
		result.Looked = err.Error()
	}
	result.Found, result.Presented = look.Found, s.Client().Info().Presented
	return json.NewEncoder(out).Encode(result)
}

// launch starts the child as a launcher does.
func launch(t *testing.T, h *demo.Host, content string, variables ...string) (result inherited) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if _, err := w.WriteString(content); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	text := child(t, "inherited", append([]string{store.SocketVariable + "=" + h.Path()}, variables...), r)
	if err := json.Unmarshal([]byte(text), &result); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if strings.Contains(text, "0011") {
		t.Errorf("the capability is in %s", text)
	}
	return result
}

func TestALauncherHandsTheCapabilityOver(t *testing.T) {
	const (
		refusedWord = `handshake refused with code "UNAUTHORIZED": "Invalid or missing capability token"`
		unusable    = "capability: descriptor 3 does not hold 64 lowercase hex digits and a line feed"
		announced   = store.CapabilityVariable + "=3"
	)
	h, _ := startDemo(t, "restricted")
	for _, test := range []struct {
		name, content string
		variables     []string
		want          inherited
	}{
		{"announced", madeUp + "\n", []string{announced}, inherited{Found: true, Presented: true}},
		{"not announced", madeUp + "\n", nil, inherited{Looked: refusedWord, Open: true}},
		{"announced as empty", madeUp + "\n", []string{store.CapabilityVariable + "="}, inherited{Looked: refusedWord, Open: true}},
		{"another one", strings.Repeat("0011", 16)[1:] + "0\n", []string{announced}, inherited{Looked: refusedWord, Presented: true}},
		{"unusable", madeUp, []string{announced}, inherited{Made: unusable}},
		{
			"announced elsewhere", madeUp + "\n",
			[]string{store.CapabilityVariable + "=4"},
			inherited{Made: "capability: LLXPRT_CAPABILITY_FD must be 3", Open: true},
		},
		{"without a host", madeUp + "\n", []string{announced, store.SocketVariable + "="}, inherited{Made: store.ErrNoProxy.Error()}},
		{"unusable without a host", madeUp, []string{announced, store.SocketVariable + "="}, inherited{Made: store.ErrNoProxy.Error()}},
		{"beside a given one", strings.Repeat("0011", 16) + "\n", []string{announced, givenVariable + "=" + madeUp}, inherited{Found: true, Presented: true}},
		{
			"and the given one counts", madeUp + "\n",
			[]string{announced, givenVariable + "=" + strings.Repeat("f", 64)},
			inherited{Looked: refusedWord, Presented: true},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := launch(t, h, test.content, test.variables...); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}
