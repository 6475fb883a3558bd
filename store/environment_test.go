package store_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"credscope/socket"
	"credscope/store"
)

const madeUp = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// environment is one that a test makes up.
type environment struct {
	variables map[string]string
	forgotten []string
	stuck     error // what forgetting ends with
}

func (e *environment) getenv(name string) string { return e.variables[name] }

func (e *environment) forget(name string) error {
	e.forgotten = append(e.forgotten, name)
	delete(e.variables, name)
	return e.stuck
}

func from(socketPath, marker string) *environment {
	return &environment{variables: map[string]string{store.SocketVariable: socketPath, store.CapabilityVariable: marker}}
}

func TestWithoutASocketThereIsNoProxy(t *testing.T) {
	for _, e := range []*environment{{}, from("", ""), from("", "four"), from("", "4")} {
		s, err := store.FromEnvironment(e.getenv, e.forget, socket.Options{})
		if s != nil || !errors.Is(err, store.ErrNoProxy) {
			t.Errorf("%v: %v, %v", e.variables, s, err)
		}
		if !slices.Contains(e.forgotten, store.CapabilityVariable) {
			t.Errorf("%v: the marker stays", e.variables)
		}
	}
}

func TestTheEnvironmentNamesTheHost(t *testing.T) {
	h, _ := startDemo(t, "default")
	e := from(h.Path(), "")
	s, err := store.FromEnvironment(e.getenv, e.forget, socket.Options{})
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
	same(t, "forgotten", e.forgotten, []string{store.CapabilityVariable})
}

func TestAGivenCapabilityIsPresented(t *testing.T) {
	h, _ := startDemo(t, "restricted")
	e := from(h.Path(), "")
	s, err := store.FromEnvironment(e.getenv, e.forget, socket.Options{Capability: store.NewSecret([]byte(madeUp))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if look, err := s.Look(t.Context(), claude.Key); err != nil || !look.Found || !s.Client().Info().Presented {
		t.Errorf("%+v, %v", look, err)
	}
}

func TestOnlyTheMarkerThreeIsADescriptor(t *testing.T) {
	const noDescriptor = `capability: LLXPRT_CAPABILITY_FD is not a file descriptor`
	markers := map[string]string{
		"4": "capability: LLXPRT_CAPABILITY_FD must be 3", "0": "capability: LLXPRT_CAPABILITY_FD must be 3",
		"2": "capability: LLXPRT_CAPABILITY_FD must be 3", "-3": "capability: LLXPRT_CAPABILITY_FD must be 3",
	}
	for _, marker := range []string{"03", "+3", " 3", "3 ", "3\n", "3.0", "0x3", "three", "-0", "3,4", "٣", "99999999999999999999", "\x1b[31m"} {
		markers[marker] = noDescriptor
	}
	for marker, want := range markers {
		e := from("/somewhere/host.sock", marker)
		s, err := store.FromEnvironment(e.getenv, e.forget, socket.Options{})
		if wrong, ok := errors.AsType[*store.CapabilityError](err); s != nil || !ok || wrong.Error() != want {
			t.Errorf("%q: %v, want %s", marker, err, want)
		}
		same(t, "forgotten", e.forgotten, []string{store.CapabilityVariable})
	}
}

func TestAMarkerThatCannotBeForgottenIsAnError(t *testing.T) {
	e := from("/somewhere/host.sock", "")
	e.stuck = errors.New("canary-4815")
	s, err := store.FromEnvironment(e.getenv, e.forget, socket.Options{})
	wrong, ok := errors.AsType[*store.CapabilityError](err)
	if s != nil || !ok || wrong.Reason != "LLXPRT_CAPABILITY_FD cannot be removed from the environment" {
		t.Errorf("%v, %v", s, err)
	}
}

// descriptor returns one of a pipe that holds content and then ends.
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

// isClosed fails unless the descriptor has been closed.
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
		directory: "cannot be read", 1 << 20: "cannot be read",
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
