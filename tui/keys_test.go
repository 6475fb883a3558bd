package tui

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"credscope/store"
	"credscope/tui/text"
	"credscope/tui/theme"
	"credscope/tui/words"
)

// mainKeys returns the bindings of the main screen.
func mainKeys(t *testing.T) []key.Binding {
	t.Helper()
	m := New(t.Context(), nil, Options{Now: testClock, NoHost: store.ErrNoProxy})
	bindings := []key.Binding{m.keys.Leave}
	for _, c := range m.commands() {
		bindings = append(bindings, c.key)
	}
	if len(bindings) < 20 {
		t.Fatalf("only %d bindings", len(bindings))
	}
	return bindings
}

func TestNoKeyDoesTwoThings(t *testing.T) {
	does := map[string]string{}
	for _, binding := range mainKeys(t) {
		for _, name := range binding.Keys() {
			if other, taken := does[name]; taken {
				t.Errorf("%s does two things: %s, and %s", name, other, binding.Help().Desc)
			}
			does[name] = binding.Help().Desc
		}
	}
}

func TestOnlyXAndDeleteAskForARemoval(t *testing.T) {
	keys := newKeyMap()
	if !slices.Equal(keys.Remove.Keys(), []string{"x", "delete"}) {
		t.Errorf("a removal is asked for by %q", keys.Remove.Keys())
	}
	s := calm(t, "default", 100, 24)
	for _, name := range []string{"d", "backspace", "D"} {
		s.press(name)
		if s.m.dialog != nil {
			t.Errorf("%s asks for a removal", name)
		}
	}
	s.press("d")
	s.see("x removes")
}

// keyNames are the keys as help shows them, where the framework's name is another.
var keyNames = strings.NewReplacer("↑", "up", "↓", "down", "←", "left", "→", "right", "PgUp", "pgup", "PgDn", "pgdown",
	"Home", "home", "End", "end", "Delete", "delete", "F1", "f1")

func TestEveryBindingHasKeysAndHelpThatShowsThem(t *testing.T) {
	value := reflect.ValueOf(newKeyMap())
	for i := range value.NumField() {
		name := value.Type().Field(i).Name
		binding, ok := value.Field(i).Interface().(key.Binding)
		if !ok {
			t.Fatalf("%s is a %s", name, value.Field(i).Type())
		}
		help := binding.Help()
		if len(binding.Keys()) == 0 || help.Key == "" || help.Desc == "" || !binding.Enabled() {
			t.Errorf("%s: %q, %+v", name, binding.Keys(), help)
		}
		for _, shown := range strings.Fields(help.Key) {
			if !slices.Contains(binding.Keys(), keyNames.Replace(shown)) {
				t.Errorf("%s: %s is shown, bound is %q", name, shown, binding.Keys())
			}
		}
		if strings.ContainsAny(help.Key+help.Desc, "|`\n") || strings.TrimSpace(help.Desc) != help.Desc || text.Width(help.Key) > 12 {
			t.Errorf("%s: %q, %q does not fit into a table", name, help.Key, help.Desc)
		}
	}
}

func TestEveryKeyOfTheMainScreenIsInHelpOnce(t *testing.T) {
	keys, listed := newKeyMap(), map[key.Help]int{}
	for _, group := range keys.groups() {
		for _, binding := range group.keys {
			listed[binding.Help()]++
		}
	}
	for help, n := range listed {
		if n != 1 {
			t.Errorf("%+v is listed %d times", help, n)
		}
	}
	for _, binding := range mainKeys(t) {
		if help := binding.Help(); listed[help] == 0 && help != keys.NotRemoved.Help() {
			t.Errorf("%+v is not listed", help)
		}
	}
	for _, focus := range []pane{providersPane, bucketsPane, detailPane} {
		for _, binding := range keys.footer(focus) {
			if listed[binding.Help()] == 0 {
				t.Errorf("%+v is in the footer and not listed", binding.Help())
			}
		}
	}
}

func TestTheReadmeHasTheKeysOfTheFirstMinute(t *testing.T) {
	keys := newKeyMap()
	var b strings.Builder
	b.WriteString("| key | what it does |\n| --- | --- |\n")
	for _, binding := range keys.firstMinute() {
		shown := "`" + strings.Join(strings.Fields(binding.Help().Key), "` `") + "`"
		b.WriteString("| " + shown + " | " + binding.Help().Desc + " |\n")
	}
	inReadme(t, "keys", b.String())
}

func TestTheReadmeExplainsEveryStatusAsHelpDoes(t *testing.T) {
	if len(words.Legend) != len(store.Statuses) {
		t.Errorf("%d of %d statuses are explained", len(words.Legend), len(store.Statuses))
	}
	glyphs := theme.NewGlyphs(false)
	var b strings.Builder
	b.WriteString("| sign | word | meaning |\n| --- | --- | --- |\n")
	for _, status := range words.Legend {
		meaning := strings.ReplaceAll(words.Meaning(status), "--stale-after", "`--stale-after`")
		b.WriteString("| " + strings.Join([]string{glyphs.Status[status], status.String(), meaning}, " | ") + " |\n")
	}
	inReadme(t, "statuses", b.String())
}

// inReadme fails unless a section of the README, between its two comments, is what it
// should be.
func inReadme(t *testing.T, section, want string) {
	t.Helper()
	path, begin, end := "../README.md", "<!-- "+section+" -->\n", "<!-- /"+section+" -->\n"
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(readme), begin)
	got, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no section for the %s", path, section)
	}
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("the %s of %s are out of date; run go test ./tui -update\n--- want\n%s--- got\n%s", section, path, want, got)
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
