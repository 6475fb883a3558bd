package main

import (
	"slices"
	"time"

	"credscope/tui"
)

// scenes are all pictures, in the order of the README.
func scenes() []scene {
	return slices.Concat([]scene{story}, inspector, nothingToSee, looks, commandLines)
}

var inspector = []scene{
	{
		name: "inspector", title: "credscope", width: 114, height: 26,
		steps: overview,
	},
	{
		name: "detail", title: "credscope", width: 80, height: 24,
		steps: []step{see("41d 00:00 ago"), press("j"), see("in 00:58:40"), press("enter", "j", "3"), see("Scope")},
	},
	{
		name: "dialog", title: "credscope", width: 100, height: 22,
		steps: []step{
			see("41d 00:00 ago"), press("j"), see("in 00:58:40"), press("enter", "j", "x"), see("Remove 1 bucket?"),
			pass(readTime), write("jane.do"),
		},
	},
	{
		name: "stale", title: "credscope", width: 100, height: 16,
		steps: []step{see("41d 00:00 ago"), press("S"), see("old-laptop"), press("j", "j", "space")},
	},
	{
		name: "removing", title: "credscope", width: 100, height: 16,
		held: []string{"remove_token gemini/default"},
		steps: []step{
			see("41d 00:00 ago"), press("S"), see("old-laptop"), press("x"), see("Remove 4 buckets?"),
			pass(readTime), write("remove 4"), press("enter"), stuck("remove_token gemini/default", "2 of 4 done", "asking the host"),
		},
	},
	{
		name: "ledger", title: "credscope", host: "flaky", width: 100, height: 16,
		steps: []step{
			see("41d 00:00 ago"), press("S"), see("old-laptop"), press("x"), see("Remove 4 buckets?"),
			pass(readTime), write("remove 4"), press("enter"), see("Removal ended", "CONNECTION LOST"),
		},
	},
	{
		name: "filter", title: "credscope", width: 114, height: 22,
		steps: []step{see("41d 00:00 ago"), press("j", "j", "enter"), see("2d 00:00 ago"), press("/"), write("example"), see("shared")},
	},
	{
		name: "history", title: "credscope", width: 100, height: 26, options: tui.Options{NoCheck: true},
		held: []string{"list_buckets anthropic", "list_buckets claudecode", "list_buckets codex", "list_buckets gemini", "list_buckets qwen"},
		steps: []step{
			glimpse("qwen"),
			let("list_buckets anthropic"), glimpse("anthropic      2"),
			let("list_buckets claudecode"), glimpse("claudecode     2"),
			let("list_buckets codex"), glimpse("codex          4"),
			let("list_buckets gemini"), glimpse("gemini         2"),
			let("list_buckets qwen"), see("qwen           3"),
			pass(4 * time.Second), press("j", "j", "enter", "enter"), see("Looked at codex/ci-runner"),
			pass(3 * time.Second), press("j", "j", "j", "enter"), see("Looked at codex/shared"),
			pass(2 * time.Second), press("k", "k", "k", "x"), pass(time.Second), press("y"), see("removed. Asked again"),
			pass(5 * time.Second), press("1", "r"), see("Asked again"),
			pass(3 * time.Second), press("!"), see("Sent to the host"),
		},
	},
	{
		name: "help", title: "credscope", width: 100, height: 49,
		steps: []step{see("41d 00:00 ago"), press("?"), see("Signs")},
	},
	{
		name: "lost", title: "credscope", width: 100, height: 22,
		steps: []step{see("41d 00:00 ago"), press("j"), see("in 00:58:40"), press("enter"), pass(83 * time.Second), hangUp, see("CONNECTION LOST")},
	},
}

var nothingToSee = []scene{
	{
		name: "refused", title: "credscope", host: "refused", width: 100, height: 20,
		steps: []step{see("Capability required")},
	},
	{
		name: "restricted", title: "credscope", host: "restricted", width: 100, height: 22,
		steps: []step{see("41d 00:00 ago"), press("j"), see("in 06:00:40"), press("j"), see("in 00:03:19")},
	},
}

var looks = []scene{
	{
		name: "light", title: "credscope --theme light", width: 114, height: 26, options: tui.Options{Theme: tui.ThemeLight},
		steps: overview,
	},
	{
		name: "no-colour", title: "NO_COLOR=1 credscope", width: 80, height: 24, options: tui.Options{Theme: tui.ThemeNone},
		steps: []step{see("41d 00:00 ago"), press("j", "j"), see("2d 00:00 ago"), press("enter", "space", "j", "j", "space")},
	},
	{
		name: "small", title: "credscope", width: 40, height: 12,
		steps: []step{see("qwen                           3"), press("j", "j", "enter"), see("stale", "expiring", "expired", "hidden")},
	},
}

var commandLines = []scene{
	commandLine("list", "credscope list", 86),
	commandLine("doctor", "credscope doctor", 80),
	commandLine("json", "credscope list codex --stale --json", 64),
}

func commandLine(name, line string, width int) scene {
	return scene{name: name, title: "credscope", width: width, command: line}
}
