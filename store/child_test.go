package store_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"credscope/socket/leaktest"
)

const childVariable = "CREDSCOPE_TEST_CHILD"

// children is what this binary does when a test starts it a second time. What a
// child writes is its result.
var children = map[string]func(out io.Writer) error{}

func TestMain(m *testing.M) {
	if does := children[os.Getenv(childVariable)]; does != nil {
		if err := does(os.Stdout); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(leaktest.Main(m))
}

// child runs this binary as the child of that name and returns its result. The
// files are its descriptors from 3 on.
func child(t *testing.T, name string, variables []string, files ...*os.File) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program)
	command.Env = append(os.Environ(), append(variables, childVariable+"="+name, "GORACE=atexit_sleep_ms=0")...)
	command.ExtraFiles = files
	var complaint strings.Builder
	command.Stderr = &complaint
	result, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, complaint.String())
	}
	return string(result)
}
