package main

import (
	"slices"
	"strings"
	"time"
)

// story is the main job: open, see what is stale, let the host renew it to tell the
// dead from the living, and remove what is dead.
var story = scene{
	name: "remove-stale", title: "credscope", width: 100, height: 20, film: true,
	held: []string{
		"refresh_token gemini/old-laptop", "refresh_token anthropic/default", "refresh_token codex/ci-runner",
		"remove_token gemini/old-laptop", "remove_token codex/ci-runner",
	},
	steps: slices.Concat(
		[]step{
			opened, take(2000*time.Millisecond, "", "the worst first, of all providers"),
			press("S"), see("Worth removing"), take(2000*time.Millisecond, "S", "what is worth removing; the unreadable one is not marked"),
			press("n"), see("Renew 3 buckets?"), pass(readTime), take(2600*time.Millisecond, "n", "stale or dead? the host can tell, after a question"),
		},
		typed("renew 3"),
		[]step{press("enter")},
		one("refresh_token", "renewing", "gemini/old-laptop", "0 of 3 done"),
		one("refresh_token", "renewing", "anthropic/default", "1 of 3 done"),
		one("refresh_token", "renewing", "codex/ci-runner", "2 of 3 done"),
		[]step{
			see("Renewal ended"), take(2600*time.Millisecond, "", "one was alive, one is dead, one is of another provider"),
			press("esc"), see("Worth removing 3"), take(2000*time.Millisecond, "esc", "what is alive is not worth removing"),
			press("x"), see("Remove 2 buckets?"), pass(readTime), take(2200*time.Millisecond, "x", "remove, after a question"),
		},
		typed("remove 2"),
		[]step{press("enter")},
		one("remove_token", "removing", "gemini/old-laptop", "0 of 2 done"),
		one("remove_token", "removing", "codex/ci-runner", "1 of 2 done"),
		[]step{
			see("2 of 2 done", "Removal ended"), take(2600*time.Millisecond, "", "the host was asked again after each"),
			press("esc", "esc"), see("All buckets 11"), take(2600*time.Millisecond, "esc", "back to the list"),
		},
	),
}

// typed types a text so that a reader can follow.
func typed(text string) []step {
	var steps []step
	for i, letter := range strings.Split(text, "") {
		lasts := 110 * time.Millisecond
		if i == len(text)-1 {
			lasts = 700 * time.Millisecond
		}
		if letter == " " {
			letter = "space"
		}
		steps = append(steps, press(letter), take(lasts, letter, "type what it asks for"))
	}
	return steps
}

// one waits for a request of a run, and lets the host carry it out.
func one(op, doing, name, sight string) []step {
	return []step{
		stuck(op+" "+name, sight, doing), take(600*time.Millisecond, "", "one at a time"), let(op + " " + name),
	}
}
