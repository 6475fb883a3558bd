package leaktest

import (
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func waitFor(begun chan<- struct{}, end <-chan struct{}) {
	close(begun)
	<-end
}

func TestAGoroutineIsReportedUntilItEnds(t *testing.T) {
	before, begun, end := Now(), make(chan struct{}), make(chan struct{})
	go waitFor(begun, end)
	<-begun
	left := before.Left(0)
	if !strings.Contains(left, "leaktest.waitFor(") || !strings.Contains(left, "created by credscope/socket/leaktest.TestAGoroutineIsReportedUntilItEnds") {
		t.Errorf("left is %q", left)
	}
	close(end)
	if left := before.Left(patience); left != "" {
		t.Errorf("left is %q", left)
	}
}

func TestAGoroutineHasTheNameOfItsTest(t *testing.T) {
	t.Setenv("GODEBUG", showNames)
	before, begun, end := Now(), make(chan struct{}), make(chan struct{})
	t.Run("one of many", func(t *testing.T) {
		Name(t)
		go func() { go waitFor(begun, end) }()
		<-begun
	})
	if left := before.Left(0); !strings.Contains(left, "TestAGoroutineHasTheNameOfItsTest/one_of_many") {
		t.Errorf("left is %q", left)
	}
	close(end)
	if left := before.Left(patience); left != "" {
		t.Errorf("left is %q", left)
	}
}
