// Command screenshots draws the pictures of the README from the real program, so
// that they are always true. Each scene is played against a demo host, and its
// last frame is written as SVG, as PNG and as text into this folder.
//
//	go generate ./screenshots
//
// The test of this folder fails when a picture is not what the program shows now.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
)

//go:generate go run .

func main() {
	if err := redraw(); err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// redraw writes every picture into this folder, and removes those of scenes that
// are no more.
func redraw() error {
	dir, err := folder()
	if err != nil {
		return err
	}
	files, err := drawAll()
	if err != nil {
		return err
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, file := range found {
		_, drawn := files[file.Name()]
		if !drawn && slices.Contains([]string{".svg", ".png", ".txt"}, filepath.Ext(file.Name())) {
			if err := os.Remove(filepath.Join(dir, file.Name())); err != nil {
				return err
			}
		}
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// folder is where this program's source is, from anywhere in the module.
func folder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		here := filepath.Join(dir, "screenshots", "scenes.go")
		if _, err := os.Stat(here); err == nil {
			return filepath.Dir(here), nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("run this inside the module")
		}
		dir = parent
	}
}

// drawAll draws all scenes and returns their files by name.
func drawAll() (map[string][]byte, error) {
	var (
		all    = scenes()
		drawn  = make([]map[string][]byte, len(all))
		errs   = make([]error, len(all))
		actors sync.WaitGroup
	)
	for i, s := range all {
		actors.Go(func() { drawn[i], errs[i] = drawScene(s) })
	}
	actors.Wait()
	files := map[string][]byte{}
	for i := range all {
		for name, data := range drawn[i] {
			files[name] = data
		}
	}
	return files, errors.Join(errs...)
}

// drawScene plays one scene and draws it.
func drawScene(s scene) (map[string][]byte, error) {
	if s.command != "" {
		f, err := runCommand(s)
		if err != nil {
			return nil, err
		}
		return stills(s, f)
	}
	shots, err := play(s)
	if err != nil {
		return nil, err
	}
	if s.film {
		return map[string][]byte{
			s.name + ".svg": filmOf(shots, s.window(), s.title),
			s.name + ".txt": []byte(script(shots)),
		}, nil
	}
	return stills(s, shots[0].frame)
}

func stills(s scene, f frame) (map[string][]byte, error) {
	in := s.window()
	w, h := in.size(f)
	marks := in.still(f, s.title)
	pixels, err := pngOf(marks, w, h)
	if err != nil {
		return nil, fmt.Errorf("scene %s: %w", s.name, err)
	}
	return map[string][]byte{
		s.name + ".svg": svgOf(marks, w, h, s.title),
		s.name + ".png": pixels,
		s.name + ".txt": []byte(f.text()),
	}, nil
}
