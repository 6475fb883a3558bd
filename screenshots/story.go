package main

import (
	"slices"
	"strings"
	"time"
)

// story is the main job: open, see what is stale, remove it, and read what is known
// of each removal.
var story = scene{
	name: "remove-stale", title: "credscope", width: 100, height: 20, film: true,
	held: []string{
		"remove_token gemini/old-laptop", "remove_token anthropic/default", "remove_token codex/ci-runner",
	},
	steps: slices.Concat(
		[]step{
			opened, take(2600*time.Millisecond, "", "the worst first, of all providers"),
			press("S"), see("Worth removing"), take(2400*time.Millisecond, "S", "what is worth removing; the unreadable one is not marked"),
			press("x"), see("Remove 3 buckets?"), pass(readTime), take(2600*time.Millisecond, "x", "remove, after a question"),
		},
		typed("remove 3"),
		[]step{
			press("enter"), stuck("remove_token gemini/old-laptop", "0 of 3 done", "removing"), take(600*time.Millisecond, "enter", "one at a time"),
		},
		removed("gemini/old-laptop", "anthropic/default", "1 of 3 done"),
		removed("anthropic/default", "codex/ci-runner", "2 of 3 done"),
		[]step{
			let("remove_token codex/ci-runner"), see("3 of 3 done", "Removal ended"),
			take(3200*time.Millisecond, "", "the host was asked again after each"),
			press("esc", "esc"), see("All buckets 10"), take(2600*time.Millisecond, "esc", "back to the list"),
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
		let("remove_token " + name), stuck("remove_token "+next, sight, "removing"),
		take(700*time.Millisecond, "", "one at a time"),
	}
}
