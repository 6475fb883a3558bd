package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"credscope/store"
	"credscope/store/demo"
)

const madeUp = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// environment stands in for the variables of the process.
type environment struct {
	variables map[string]string
	removed   []string
	unsetErr  error // the result of unsetenv
}

func (e *environment) getenv(name string) string { return e.variables[name] }

func (e *environment) unsetenv(name string) error {
	e.removed = append(e.removed, name)
	delete(e.variables, name)
	return e.unsetErr
}

func environmentWith(socketPath, value string) *environment {
	return &environment{variables: map[string]string{store.SocketVariable: socketPath, store.CapabilityVariable: value}}
}

func TestWithoutASocketThereIsNoProxy(t *testing.T) {
	for _, e := range []*environment{{}, environmentWith("", ""), environmentWith("", "four"), environmentWith("", "4")} {
		s, err := store.FromEnvironment(e.getenv, e.unsetenv, store.Options{})
		if s != nil || !errors.Is(err, store.ErrNoProxy) {
			t.Errorf("%v: %v, %v", e.variables, s, err)
		}
		if !slices.Contains(e.removed, store.CapabilityVariable) {
			t.Errorf("%v: the variable was not removed", e.variables)
		}
	}
}

func TestTheEnvironmentNamesTheHost(t *testing.T) {
	h, _ := startDemo(t, "default")
	e := environmentWith(h.Path(), "")
	s, err := store.FromEnvironment(e.getenv, e.unsetenv, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if h.Connections() != 0 {
		t.Error("connected unasked")
	}
	if providers, err := s.ListProviders(t.Context()); err != nil || len(providers) != 5 {
		t.Errorf("%v, %v", providers, err)
	}
	if info := s.Client().Info(); info.Path != h.Path() || info.Presented {
		t.Errorf("%+v", info)
	}
	equal(t, "removed", e.removed, []string{store.CapabilityVariable})
}

func TestAGivenCapabilityIsPresented(t *testing.T) {
	h, _ := startDemo(t, "restricted")
	e := environmentWith(h.Path(), "")
	s, err := store.FromEnvironment(e.getenv, e.unsetenv, store.Options{Capability: store.NewSecret([]byte(madeUp))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if check, err := s.Check(t.Context(), claude.Key); err != nil || !check.Found || !s.Client().Info().Presented {
		t.Errorf("%+v, %v", check, err)
	}
}

func TestOnlyDescriptorThreeIsAccepted(t *testing.T) {
	const noDescriptor = `capability: LLXPRT_CAPABILITY_FD is not a file descriptor`
	values := map[string]string{
		"4": "capability: LLXPRT_CAPABILITY_FD must be 3", "0": "capability: LLXPRT_CAPABILITY_FD must be 3",
		"2": "capability: LLXPRT_CAPABILITY_FD must be 3", "-3": "capability: LLXPRT_CAPABILITY_FD must be 3",
	}
	for _, value := range []string{"03", "+3", " 3", "3 ", "3\n", "3.0", "0x3", "three", "-0", "3,4", "٣", "99999999999999999999", "\x1b[31m"} {
		values[value] = noDescriptor
	}
	for value, want := range values {
		e := environmentWith("/somewhere/host.sock", value)
		s, err := store.FromEnvironment(e.getenv, e.unsetenv, store.Options{})
		if wrong, ok := errors.AsType[*store.CapabilityError](err); s != nil || !ok || wrong.Error() != want {
			t.Errorf("%q: %v, want %s", value, err, want)
		}
		equal(t, "removed", e.removed, []string{store.CapabilityVariable})
	}
}

func TestAVariableThatCannotBeRemovedIsAnError(t *testing.T) {
	e := environmentWith("/somewhere/host.sock", "")
	e.unsetErr = errors.New("canary-4815")
	s, err := store.FromEnvironment(e.getenv, e.unsetenv, store.Options{})
	wrong, ok := errors.AsType[*store.CapabilityError](err)
	if s != nil || !ok || wrong.Reason != "LLXPRT_CAPABILITY_FD cannot be removed from the environment" {
		t.Errorf("%v, %v", s, err)
	}
}

// descriptor returns the read end of a closed pipe that holds content.
func descriptor(t *testing.T, content string) int {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	if _, err := w.WriteString(content); err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Dup(int(r.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	return fd
}

// isClosed fails unless the descriptor is closed.
func isClosed(t *testing.T, fd int) {
	t.Helper()
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); !errors.Is(err, syscall.EBADF) {
		t.Errorf("descriptor %d is open: %v", fd, err)
	}
}

func TestACapabilityIsReadAndItsDescriptorClosed(t *testing.T) {
	for _, digits := range []string{madeUp, strings.Repeat("0", 64), strings.Repeat("f", 64)} {
		fd := descriptor(t, digits+"\n")
		got, err := store.ReadCapability(fd)
		if err != nil || string(got.Bytes()) != digits {
			t.Errorf("%s: %v", digits, err)
		}
		isClosed(t, fd)
	}
}

func TestWhatIsNoCapabilityIsNotQuoted(t *testing.T) {
	for _, content := range []string{
		"", "\n", "4815162342", madeUp, madeUp[:63] + "\n", madeUp + "0\n", madeUp + "\n\n", madeUp + "\r\n", madeUp + "\nx", " " + madeUp + "\n",
		strings.ToUpper(madeUp) + "\n", madeUp[:63] + "g\n", madeUp + " \n", madeUp + "\x00", "\ufeff" + madeUp + "\n", madeUp + "\n" + madeUp + "\n",
		strings.Repeat("4815", 32), strings.Repeat("4815", 32) + "\n", strings.Repeat("4815", 10_000),
	} {
		fd := descriptor(t, content)
		got, err := store.ReadCapability(fd)
		want := fmt.Sprintf("capability: descriptor %d does not hold 64 lowercase hex digits and a line feed", fd)
		if _, ok := errors.AsType[*store.CapabilityError](err); !ok || err.Error() != want || !got.Empty() {
			t.Errorf("%.80q: %v", content, err)
		}
		isClosed(t, fd)
	}
}

func TestReadingStopsOverTheLimitAndDoesNotWaitForTheEnd(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	fd, err := syscall.Dup(int(r.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	if _, err := w.WriteString(strings.Repeat("0", 129)); err != nil {
		t.Fatal(err)
	}
	if _, err := store.ReadCapability(fd); err == nil {
		t.Error("accepted")
	}
	if _, err := w.WriteString("x"); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("the descriptor is open: %v", err)
	}
}

func TestADescriptorThatCannotBeReadIsAnError(t *testing.T) {
	directory, err := syscall.Open(t.TempDir(), syscall.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	for fd, want := range map[int]string{
		directory: "cannot be read", 1 << 20: "is not open",
		0: "is not for capabilities", 1: "is not for capabilities", 2: "is not for capabilities", -1: "is not for capabilities",
	} {
		got, err := store.ReadCapability(fd)
		wrong, ok := errors.AsType[*store.CapabilityError](err)
		if !ok || wrong.Reason != fmt.Sprintf("descriptor %d %s", fd, want) || !got.Empty() {
			t.Errorf("%d: %v", fd, err)
		}
	}
	isClosed(t, directory)
	for fd := range 3 {
		var st syscall.Stat_t
		if err := syscall.Fstat(fd, &st); err != nil {
			t.Errorf("descriptor %d: %v", fd, err)
		}
	}
}

func TestADescriptorOfTheProcessItselfIsLeftAlone(t *testing.T) {
	r, w, err := os.Pipe() // Go opens all files close-on-exec
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = r.Close(), w.Close() }()
	fd := int(r.Fd())
	_, err = store.ReadCapability(fd)
	if wrong, ok := errors.AsType[*store.CapabilityError](err); !ok || wrong.Reason != fmt.Sprintf("descriptor %d was not inherited", fd) {
		t.Errorf("%v", err)
	}
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil {
		t.Errorf("it was closed: %v", err)
	}
}

const givenVariable = "CREDSCOPE_TEST_GIVEN" // capability in the child's Options

func init() { children["inherited"] = inherit }

// childResult is the result of a child that used FromEnvironment.
type childResult struct {
	MakeErr, CheckErr string
	Found             bool
	Presented         bool
	Variable          bool // the variable is still set
	Open              bool // descriptor 3 is still the same file
}

// inherit is the child: it makes a store from the environment that a launcher set up,
// and checks a token.
func inherit(out io.Writer) error {
	var before, after syscall.Stat_t
	opened := syscall.Fstat(3, &before) == nil
	var o store.Options
	if given := os.Getenv(givenVariable); given != "" {
		o.Capability = store.NewSecret([]byte(given))
	}
	var result childResult
	s, err := store.FromEnvironment(os.Getenv, os.Unsetenv, o)
	result.Open = opened && syscall.Fstat(3, &after) == nil && after.Ino == before.Ino && after.Dev == before.Dev
	_, result.Variable = os.LookupEnv(store.CapabilityVariable)
	if err != nil {
		result.MakeErr = err.Error()
		return json.NewEncoder(out).Encode(result)
	}
	defer func() { _ = s.Close() }()
	check, err := s.Check(context.Background(), claude.Key)
	if err != nil {
		result.CheckErr = err.Error()
	}
	result.Found, result.Presented = check.Found, s.Client().Info().Presented
	return json.NewEncoder(out).Encode(result)
}

// launch runs the child as a launcher does, with content in descriptor 3.
func launch(t *testing.T, h *demo.Host, content string, variables ...string) (result childResult) {
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
	text := runChild(t, "inherited", append([]string{store.SocketVariable + "=" + h.Path()}, variables...), r)
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
		want          childResult
	}{
		{"announced", madeUp + "\n", []string{announced}, childResult{Found: true, Presented: true}},
		{"not announced", madeUp + "\n", nil, childResult{CheckErr: refusedWord, Open: true}},
		{"announced as empty", madeUp + "\n", []string{store.CapabilityVariable + "="}, childResult{CheckErr: refusedWord, Open: true}},
		{"another one", strings.Repeat("0011", 16)[1:] + "0\n", []string{announced}, childResult{CheckErr: refusedWord, Presented: true}},
		{"unusable", madeUp, []string{announced}, childResult{MakeErr: unusable}},
		{
			"announced elsewhere", madeUp + "\n",
			[]string{store.CapabilityVariable + "=4"},
			childResult{MakeErr: "capability: LLXPRT_CAPABILITY_FD must be 3", Open: true},
		},
		{"without a host", madeUp + "\n", []string{announced, store.SocketVariable + "="}, childResult{MakeErr: store.ErrNoProxy.Error()}},
		{"unusable without a host", madeUp, []string{announced, store.SocketVariable + "="}, childResult{MakeErr: store.ErrNoProxy.Error()}},
		{"beside a given one", strings.Repeat("0011", 16) + "\n", []string{announced, givenVariable + "=" + madeUp}, childResult{Found: true, Presented: true}},
		{
			"and the given one counts", madeUp + "\n",
			[]string{announced, givenVariable + "=" + strings.Repeat("f", 64)},
			childResult{CheckErr: refusedWord, Presented: true},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := launch(t, h, test.content, test.variables...); got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
}
