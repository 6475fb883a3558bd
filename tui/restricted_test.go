package tui

import (
	"context"
	"testing"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

// listing answers both lists with these names.
func listing(providers, buckets []string) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		switch call.Op {
		case "list_providers":
			return map[string]any{"providers": providers}, nil
		case "list_buckets":
			return map[string]any{"buckets": buckets}, nil
		}
		return answer()
	}
}

func TestAHostThatHasListedSomethingDoesNotHideItsLists(t *testing.T) {
	s := open(t, "restricted", 100, 20)
	s.see("By name 5", "seem")
	s.settled()
	s.host.SetHook(listing([]string{"codex"}, []string{"default"}))
	s.press("R")
	s.see("Asked everything again: 1 provider, 1 bucket")
	s.settled()
	s.host.SetHook(listing([]string{}, []string{}))
	s.press("R")
	s.see("Asked again: the host lists nothing")
	s.settled()
	s.not("By name")
	s.press("l", "x")
	s.not("such hosts forbid removals")
}

func TestAHostThatAdmitsAMissDoesNotHideItsLists(t *testing.T) {
	s := open(t, "restricted", 100, 20)
	s.see("By name 5")
	s.settled()
	s.host.SetHook(func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "get_token" {
			return nil, &socket.ResponseError{Code: string(store.NotFound), Message: "No token found"}
		}
		return answer()
	})
	s.press("j", "l", "enter")
	s.see("Looked at claudecode/default: unreadable")
	s.settled()
	s.not("By name")
}

func TestAnEmptyListAfterAFullOneSaysWhatWasListedBefore(t *testing.T) {
	s := open(t, "default", 100, 20)
	s.settled()
	s.host.SetHook(listing([]string{}, []string{}))
	s.press("R")
	s.see("Nothing listed", "before, it had listed 13 buckets", "Asked again: the host lists nothing")
}
