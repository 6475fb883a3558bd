package leaktest

import (
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func lingerer(begun chan<- struct{}, end <-chan struct{}) {
	close(begun)
	<-end
}

func TestAGoroutineIsNamedUntilItEnds(t *testing.T) {
	before, begun, end := Now(), make(chan struct{}), make(chan struct{})
	go lingerer(begun, end)
	<-begun
	left := before.Left(0)
	if !strings.Contains(left, "leaktest.lingerer(") || !strings.Contains(left, "created by credscope/socket/leaktest.TestAGoroutineIsNamedUntilItEnds") {
		t.Errorf("left is %q", left)
	}
	close(end)
	if left := before.Left(patience); left != "" {
		t.Errorf("left is %q", left)
	}
}

func TestAGoroutineBearsTheNameOfItsTest(t *testing.T) {
	t.Setenv("GODEBUG", showNames)
	before, begun, end := Now(), make(chan struct{}), make(chan struct{})
	t.Run("one of many", func(t *testing.T) {
		Name(t)
		go func() { go lingerer(begun, end) }()
		<-begun
	})
	if left := before.Left(0); !strings.Contains(left, `"test": "TestAGoroutineBearsTheNameOfItsTest/one_of_many"`) {
		t.Errorf("left is %q", left)
	}
	close(end)
	if left := before.Left(patience); left != "" {
		t.Errorf("left is %q", left)
	}
}

func TestADescriptorIsNamedUntilItIsClosed(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		return // this system does not tell
	}
	before := Now()
	file, err := os.Open("leaktest.go")
	if err != nil {
		t.Fatal(err)
	}
	if left := before.Left(0); !strings.Contains(left, "/leaktest.go") {
		t.Errorf("left is %q", left)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if left := before.Left(patience); left != "" {
		t.Errorf("left is %q", left)
	}
}
