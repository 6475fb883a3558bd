package main

import (
	"bytes"
	"fmt"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

const redrawing = "run: go generate ./screenshots (and look at what it drew)"

// drawn is everything as it would be drawn now, drawn once for all tests.
var drawn = sync.OnceValues(drawAll)

func TestEveryPictureIsWhatTheProgramShowsNow(t *testing.T) {
	files, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		want := files[name]
		got, err := os.ReadFile(name)
		switch {
		case err != nil:
			t.Errorf("%v; %s", err, redrawing)
		case strings.HasSuffix(name, ".png") && !samePixels(t, got, want):
			t.Errorf("%s is not what the program shows now; %s", name, redrawing)
		case strings.HasSuffix(name, ".txt") && !bytes.Equal(got, want):
			t.Errorf("%s is not what the program shows now; %s\n%s", name, redrawing, difference(string(got), string(want)))
		case strings.HasSuffix(name, ".svg") && !bytes.Equal(got, want):
			t.Errorf("%s is not what the program shows now; %s", name, redrawing)
		}
	}
}

// difference shows the lines that differ.
func difference(kept, now string) string {
	var b strings.Builder
	was, is := strings.Split(kept, "\n"), strings.Split(now, "\n")
	for i := range max(len(was), len(is)) {
		switch {
		case i >= len(was):
			fmt.Fprintf(&b, "%4d + %s\n", i+1, is[i])
		case i >= len(is):
			fmt.Fprintf(&b, "%4d - %s\n", i+1, was[i])
		case was[i] != is[i]:
			fmt.Fprintf(&b, "%4d - %s\n     + %s\n", i+1, was[i], is[i])
		}
	}
	return b.String()
}

// samePixels compares pictures; other releases of Go may pack the same pixels
// into other bytes.
func samePixels(t *testing.T, a, b []byte) bool {
	t.Helper()
	if bytes.Equal(a, b) {
		return true
	}
	first, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		return false
	}
	second, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if first.Bounds() != second.Bounds() {
		return false
	}
	for y := range first.Bounds().Dy() {
		for x := range first.Bounds().Dx() {
			if first.At(x, y) != second.At(x, y) {
				return false
			}
		}
	}
	return true
}

func TestNothingElseLiesBesideThePictures(t *testing.T) {
	files, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	found, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if _, known := files[file.Name()]; !known && !strings.HasSuffix(file.Name(), ".go") && file.Name() != "README.md" {
			t.Errorf("%s is of no scene; %s", file.Name(), redrawing)
		}
	}
}

func TestPagesShowOnlyPicturesThatExist(t *testing.T) {
	for _, path := range []string{filepath.Join("..", "README.md"), "README.md"} {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range missing(string(page)) {
			t.Errorf("%s shows %s, which does not exist", path, name)
		}
	}
	if got := missing("![x](screenshots/none.svg) <img src=\"screenshots/main.go\">"); len(got) != 1 || got[0] != "none.svg" {
		t.Errorf("of a page with one missing picture: %q", got)
	}
}

var pictureLink = regexp.MustCompile(`(?:screenshots/|src=")([\w.-]+\.\w+)`)

// missing returns the pictures that a page refers to in vain.
func missing(page string) []string {
	var names []string
	for _, link := range pictureLink.FindAllStringSubmatch(page, -1) {
		if _, err := os.Stat(link[1]); err != nil {
			names = append(names, link[1])
		}
	}
	return names
}
