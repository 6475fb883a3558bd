package leaktest

import (
	"os"
	"strings"
	"testing"
)

func TestADescriptorIsReportedUntilItIsClosed(t *testing.T) {
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
