package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestPicturesStaySmall(t *testing.T) {
	files, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	all := 0
	for name, data := range files {
		all += len(data)
		if len(data) > 400_000 {
			t.Errorf("%s has %d bytes", name, len(data))
		}
	}
	if all > 3_000_000 {
		t.Errorf("all pictures have %d bytes", all)
	}
}

func TestNoPictureHoldsWhatIsOfThisMachineOrASecret(t *testing.T) {
	files, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		for _, word := range []string{"credscope-demo-", "made-up-secret", os.TempDir() + "/credscope"} {
			if bytes.Contains(data, []byte(word)) {
				t.Errorf("%s holds %q", name, word)
			}
		}
	}
}

func TestNoFontDecidesHowASignLooks(t *testing.T) {
	files, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		if !strings.HasSuffix(name, ".txt") {
			continue
		}
		for _, r := range string(data) {
			if _, shape := sign(r, 1); !shape && r >= utf8.RuneSelf {
				t.Errorf("%s: %q is no shape", name, r)
			}
		}
	}
}

// TestTheFilmCanBeFollowed is about its pace: a loop worth waiting for, in which
// nothing but typing passes faster than it is read.
func TestTheFilmCanBeFollowed(t *testing.T) {
	shots, err := play(story)
	if err != nil {
		t.Fatal(err)
	}
	var whole time.Duration
	for i, s := range shots {
		whole += s.lasts
		typing := i+1 < len(shots) && s.caption == shots[i+1].caption && len(s.key) == 1
		if s.lasts < 600*time.Millisecond && !typing && s.key != "space" {
			t.Errorf("after %q the screen is shown for %v", s.key, s.lasts)
		}
	}
	if whole < 15*time.Second || whole > 25*time.Second {
		t.Errorf("the film lasts %v", whole)
	}
}
