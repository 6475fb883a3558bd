package main

import (
	"slices"
	"time"

	"credscope/tui"
	"credscope/tui/theme"
)

// scenes are all pictures, in the order of the README.
func scenes() []scene {
	return slices.Concat([]scene{story}, inspector, nothingToSee, looks, commandLines)
}

var inspector = []scene{
	{name: "inspector", title: "credscope", width: 120, height: 26, steps: []step{opened}},
	{
		name: "detail", title: "credscope", width: 80, height: 24,
		steps: slices.Concat(find("claudecode/j", "All buckets 1/13"), []step{press("enter"), see("Scope")}),
	},
	{
		name: "dialog", title: "credscope", width: 100, height: 22,
		steps: slices.Concat(find("claudecode/j", "All buckets 1/13"), []step{press("x"), see("Remove 1 bucket?"), pass(readTime), write("jane.do")}),
	},
	{
		name: "stale", title: "credscope", width: 100, height: 16,
		steps: []step{opened, press("S"), see("Worth removing"), press("j", "j")},
	},
	{
		name: "removing", title: "credscope", width: 100, height: 16,
		held: []string{"remove_token codex/ci-runner"},
		steps: []step{
			opened, press("S"), see("Worth removing"), press("*", "x"), see("Remove 4 buckets?"),
			pass(readTime), write("remove 4"), press("enter"), stuck("remove_token codex/ci-runner", "2 of 4 done", "removing"),
		},
	},
	{
		name: "ledger", title: "credscope", host: "flaky", width: 100, height: 16,
		steps: []step{
			opened, press("S"), see("Worth removing"), press("*", "x"), see("Remove 4 buckets?"),
			pass(readTime), write("remove 4"), press("enter"), see("Removal ended", "CONNECTION LOST"),
		},
	},
	{
		name: "renew", title: "credscope", width: 100, height: 22,
		steps: slices.Concat(find("anthropic/d", "All buckets 1/13"), []step{press("n"), see("Renew 1 bucket?"), pass(readTime)}),
	},
	{
		name: "renewed", title: "credscope", width: 120, height: 26,
		steps: []step{
			opened, press("S"), see("Worth removing"), press("n"), see("Renew 3 buckets?"),
			pass(readTime), write("renew 3"), press("enter"), see("Renewal ended"), press("esc"), see("Worth removing 3"), press("j"),
		},
	},
	{
		name: "filter", title: "credscope", width: 100, height: 22,
		steps: []step{opened, press("/"), write("example"), see("shared")},
	},
	{
		name: "history", title: "credscope", width: 100, height: 26, options: tui.Options{NoCheck: true},
		held: []string{"list_buckets anthropic", "list_buckets claudecode", "list_buckets codex", "list_buckets gemini", "list_buckets qwen"},
		steps: []step{
			glimpse("qwen"),
			let("list_buckets anthropic"), glimpse("work@example.com"),
			let("list_buckets claudecode"), glimpse("jane.doe@example.com"),
			let("list_buckets codex"), glimpse("ci-runner"),
			let("list_buckets gemini"), glimpse("old-laptop"),
			let("list_buckets qwen"), see("trial"),
			pass(4 * time.Second), press("/"), write("ci-r"), hold("list_buckets codex"), press("enter", "r"), glimpse("ci-runner  stale"),
			let("list_buckets codex"), see("codex/ci-runner: stale"),
			pass(3 * time.Second), press("x"), pass(time.Second), press("y"), see("removed. The host no longer shows it"),
			pass(3 * time.Second), press("esc", "/"), write("shared"), hold("list_buckets codex"), press("enter", "r"), glimpse("example.com  denied"),
			let("list_buckets codex"), see("codex/shared@example.com: denied"),
			pass(3 * time.Second), press("!"), see("Sent to the host"),
		},
	},
	{name: "help", title: "credscope", width: 100, height: 52, steps: []step{opened, press("?"), see("Signs")}},
	{
		name: "lost", title: "credscope", width: 100, height: 22,
		steps: []step{opened, pass(83 * time.Second), hangUp, see("CONNECTION LOST")},
	},
}

var nothingToSee = []scene{
	{name: "refused", title: "credscope", host: "refused", width: 100, height: 20, steps: []step{see("Capability required")}},
	{name: "restricted", title: "credscope", host: "restricted", width: 100, height: 22, steps: []step{opened}},
}

var looks = []scene{
	{
		name: "light", title: "credscope --theme light", width: 120, height: 26, options: tui.Options{Theme: theme.Light},
		steps: []step{opened},
	},
	{
		name: "no-colour", title: "NO_COLOR=1 credscope", width: 80, height: 24, options: tui.Options{Theme: theme.None},
		steps: []step{opened, press("space", "j", "space")},
	},
	{name: "small", title: "credscope", width: 40, height: 12, steps: []step{opened}},
}

var commandLines = []scene{
	commandLine("list", "credscope list", 90),
	commandLine("doctor", "credscope doctor", 80),
	commandLine("json", "credscope list codex --stale --json", 64),
}

func commandLine(name, line string, width int) scene {
	return scene{name: name, title: "credscope", width: width, command: line}
}
