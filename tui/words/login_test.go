package words

import (
	"testing"

	"credscope/store"
)

func TestCommandsForTheHostFitItsReleaseAndNameTheBucket(t *testing.T) {
	for _, c := range []struct {
		key                   store.Key
		protocol              int
		login, advice, logout string
	}{
		{codex, 2, "/auth codex login default", "/auth codex login default", "/auth codex logout default"},
		{store.Key{Provider: "codex"}, 2, "/auth codex login default", "/auth codex login default", "/auth codex logout default"},
		{store.Key{Provider: "anthropic", Bucket: "work"}, 1, "/auth anthropic login work", "/auth anthropic login work", "/auth anthropic logout work"},
		{store.Key{Provider: "anthropic", Bucket: "work"}, 2, "/auth claudecode login work", "/auth claudecode login work", "/auth anthropic logout work"},
		{store.Key{Provider: "gemini", Bucket: "work"}, 2, "/auth gemini login work", "/auth gemini login work (LLxprt 0.9 only)", "/auth gemini logout work"},
		{store.Key{Provider: "qwen", Bucket: "work"}, 1, "/auth qwen login work", "/auth qwen login work (LLxprt 0.9 only)", "/auth qwen logout work"},
		{store.Key{Provider: "codex", Bucket: "--all"}, 2, "", "with /auth, by hand", ""},
		{store.Key{Provider: "-codex", Bucket: "work"}, 2, "", "with /auth, by hand", ""},
		{store.Key{Provider: "codex", Bucket: "a b"}, 2, "", "with /auth, by hand", ""},
		{store.Key{Provider: "codex\n", Bucket: "work"}, 2, "", "with /auth, by hand", ""},
	} {
		if got := LoginCommand(c.key, c.protocol); got != c.login {
			t.Errorf("%q, protocol %d: login is %q, not %q", c.key, c.protocol, got, c.login)
		}
		if got := LoginAdvice(c.key, c.protocol); got != c.advice {
			t.Errorf("%q, protocol %d: the advice is %q, not %q", c.key, c.protocol, got, c.advice)
		}
		if got := LogoutCommand(c.key); got != c.logout {
			t.Errorf("%q: logout is %q, not %q", c.key, got, c.logout)
		}
	}
}
