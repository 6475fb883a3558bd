package store_test

import (
	"errors"
	"strings"
	"testing"

	"credscope/store"
)

func TestNamesFollowTheHostsRule(t *testing.T) {
	longest := strings.Repeat("a", 64)
	for _, name := range []string{"a", "0", ".", "@", "-", "_", "jane.doe@example.com", "A-Z_a-z.0-9@", "..", longest} {
		if !store.ValidName(name) {
			t.Errorf("%q is refused", name)
		}
	}
	for _, name := range []string{
		"", " ", longest + "a", "old backup", "a ", " a", "a\n", "a\r\n", "a\x00", "a/b", "a:b", "a+b", "é", "ａ", "a\u200b", "a\u202e", "a\xff", "*", "~", "a,b", "\"", "\\",
	} {
		if store.ValidName(name) {
			t.Errorf("%q is accepted", name)
		}
	}
}

func TestAKeySpellsItsBucketOut(t *testing.T) {
	for _, test := range []struct {
		key   store.Key
		full  store.Key
		text  string
		valid bool
	}{
		{codex, store.Key{Provider: "codex", Bucket: "default"}, "codex/default", true},
		{codexWork, codexWork, "codex/work", true},
		{store.Key{Bucket: "b"}, store.Key{Bucket: "b"}, "/b", false},
		{store.Key{Provider: "a b"}, store.Key{Provider: "a b", Bucket: "default"}, "a b/default", false},
		{store.Key{Provider: "a", Bucket: "b c"}, store.Key{Provider: "a", Bucket: "b c"}, "a/b c", false},
	} {
		if test.key.Full() != test.full || test.key.String() != test.text || test.key.Valid() != test.valid {
			t.Errorf("%+v: %+v, %q, %t", test.key, test.key.Full(), test.key.String(), test.key.Valid())
		}
	}
}

func TestAKeyIsReadFromProviderAndBucket(t *testing.T) {
	for text, want := range map[string]store.Key{
		"codex":                   {Provider: "codex", Bucket: "default"},
		"codex:":                  {Provider: "codex", Bucket: "default"},
		"codex:work":              {Provider: "codex", Bucket: "work"},
		"codex:jane@example.com":  {Provider: "codex", Bucket: "jane@example.com"},
		"claude.code:a_b-c@d.e.f": {Provider: "claude.code", Bucket: "a_b-c@d.e.f"},
	} {
		if got, err := store.ParseKey(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", ":", ":work", "a:b:c", "a b", "a:b c", "a\x1b[31m", "a/b", "a:\u202e"} {
		got, err := store.ParseKey(text)
		if !errors.Is(err, store.ErrName) || got != (store.Key{}) {
			t.Errorf("%q: %+v, %v", text, got, err)
		} else if strings.ContainsAny(err.Error(), "\x1b\u202e") {
			t.Errorf("%q is quoted raw", text)
		}
	}
}
