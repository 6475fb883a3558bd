package main

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
)

// step is one thing that happens in a scene.
type step func(*player)

// named are the keys that are no letters.
var named = map[string]tea.Key{
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "space": {Code: tea.KeySpace, Text: " "},
	"tab": {Code: tea.KeyTab}, "down": {Code: tea.KeyDown}, "up": {Code: tea.KeyUp},
}

// press presses keys one after the other, letters by themselves.
func press(keys ...string) step {
	return func(p *player) {
		for _, name := range keys {
			k, ok := named[name]
			if !ok {
				k = tea.Key{Text: name, Code: []rune(name)[0]}
			}
			p.send(tea.KeyPressMsg(k))
		}
	}
}

// write types a text.
func write(text string) step { return press(strings.Split(text, "")...) }

// see waits for all of the texts, and until the host has answered everything.
// After a movement of the cursor its texts have to be of what is checked then: a key
// that comes earlier would prevent that check or not, by chance.
func see(texts ...string) step {
	return func(p *player) {
		p.until(fmt.Sprintf("%q and quiet", texts), func(screen string) bool { return hasAll(screen, texts) && !asking(screen) })
	}
}

// glimpse waits for all of the texts, whatever the host still owes.
func glimpse(texts ...string) step {
	return func(p *player) {
		p.until(fmt.Sprintf("%q", texts), func(screen string) bool { return hasAll(screen, texts) })
	}
}

func hasAll(screen string, texts []string) bool {
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			return false
		}
	}
	return true
}

// stuck waits until a held call has reached the host, and all of the texts are
// there.
func stuck(call string, texts ...string) step {
	return func(p *player) {
		p.until(call, func(string) bool { return p.gate.has(call) })
		glimpse(texts...)(p)
	}
}

// pass lets time pass on the scene's clock. Nothing may be asked meanwhile.
func pass(d time.Duration) step {
	return func(p *player) { p.clock.Add(int64(d)) }
}

// hold has the host hold a call, until a step lets it be answered.
func hold(call string) step { return func(p *player) { p.gate.hold(call) } }

// let has the host answer a call that was held.
func let(call string) step { return func(p *player) { p.gate.let(call) } }

// hangUp ends the host.
func hangUp(p *player) { _ = p.host.Close() }

// take takes a shot of the screen, after the key that is to be named.
func take(lasts time.Duration, key, caption string) step {
	return func(p *player) { p.shots = append(p.shots, shot{p.frame(), lasts, key, caption}) }
}
