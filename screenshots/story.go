package main

import (
	"slices"
	"strings"
	"time"
)

// story is the main job: open, look around, choose what is stale, remove it, and
// read what is known of each removal.
var story = scene{
	name: "remove-stale", title: "credscope", width: 100, height: 20, film: true,
	held: []string{
		"remove_token anthropic/default", "remove_token codex/ci-runner", "remove_token gemini/old-laptop",
	},
	steps: slices.Concat(
		[]step{
			see("41d 00:00 ago"), take(1900*time.Millisecond, "", "open it"),
			press("j"), see("in 00:58:40"), take(1200*time.Millisecond, "j", "next provider"),
			press("j"), see("2d 00:00 ago"), take(1500*time.Millisecond, "j", "next provider"),
			press("S"), see("old-laptop"), take(2200*time.Millisecond, "S", "all stale ones"),
			press("j", "j"), take(700*time.Millisecond, "j", "down"),
			press("space"), take(1500*time.Millisecond, "space", "but not this one"),
			press("x"), see("Remove 3 buckets?"), pass(readTime), take(2600*time.Millisecond, "x", "remove, after a question"),
		},
		typed("remove 3"),
		[]step{
			press("enter"), stuck("remove_token anthropic/default", "0 of 3 done", "asking the host"), take(600*time.Millisecond, "enter", "one at a time"),
		},
		removed("anthropic/default", "codex/ci-runner", "1 of 3 done"),
		removed("codex/ci-runner", "gemini/old-laptop", "2 of 3 done"),
		[]step{
			let("remove_token gemini/old-laptop"), see("3 of 3 done", "Removal ended"),
			take(3200*time.Millisecond, "", "the host was asked about each"),
			press("esc"), see("3 of 3 gone", "Buckets of codex 3"), take(2600*time.Millisecond, "esc", "back to the list"),
		},
	),
}

// typed types a text so that a reader can follow.
func typed(text string) []step {
	var steps []step
	for i, letter := range strings.Split(text, "") {
		lasts := 110 * time.Millisecond
		if i == len(text)-1 {
			lasts = 900 * time.Millisecond
		}
		if letter == " " {
			letter = "space"
		}
		steps = append(steps, press(letter), take(lasts, letter, "type what it asks for"))
	}
	return steps
}

// removed lets the host carry out one removal, until the next one is under way.
func removed(name, next, sight string) []step {
	return []step{
		let("remove_token " + name), stuck("remove_token "+next, sight, "asking the host"),
		take(700*time.Millisecond, "", "one at a time"),
	}
}
