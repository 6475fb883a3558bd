package tui

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"

	"credscope/store"
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

func TestNoKeyThatMovesRemoves(t *testing.T) {
	keys := newKeyMap()
	for _, name := range []string{"d", "backspace", "D", "ctrl+x"} {
		if slices.Contains(keys.Remove.Keys(), name) {
			t.Errorf("%s asks for a removal", name)
		}
	}
	if !slices.Contains(keys.Remove.Keys(), "x") || !slices.Contains(keys.Remove.Keys(), "delete") {
		t.Errorf("a removal is asked for by %q", keys.Remove.Keys())
	}
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
		if strings.ContainsAny(help.Key+help.Desc, "|`\n") || strings.TrimSpace(help.Desc) != help.Desc || width(help.Key) > 12 {
			t.Errorf("%s: %q, %q does not fit into a table", name, help.Key, help.Desc)
		}
	}
}

func TestEveryKeyOfTheMainScreenIsInTheTableOnce(t *testing.T) {
	listed := map[[2]string]int{}
	for _, group := range readmeKeys() {
		if group.Title == "" || len(group.Keys) == 0 {
			t.Errorf("an empty group: %+v", group)
		}
		for _, row := range group.Keys {
			listed[row]++
			if listed[row] > 1 {
				t.Errorf("%q is listed twice", row)
			}
		}
	}
	for _, binding := range mainKeys(t) {
		if help := binding.Help(); listed[[2]string{help.Key, help.Desc}] == 0 {
			t.Errorf("%s, %s, is not listed", help.Key, help.Desc)
		}
	}
	keys := newKeyMap()
	for _, binding := range keys.footer() {
		if help := binding.Help(); listed[[2]string{help.Key, help.Desc}] == 0 {
			t.Errorf("%s, %s, is in the footer and not listed", help.Key, help.Desc)
		}
	}
}

// keyTable is readmeKeys as the README has it.
func keyTable() string {
	var b strings.Builder
	b.WriteString("| task | key | what it does |\n| --- | --- | --- |\n")
	for _, group := range readmeKeys() {
		title := group.Title
		for _, row := range group.Keys {
			shown := "`" + strings.Join(strings.Fields(row[0]), "` `") + "`"
			b.WriteString("| " + strings.Join([]string{title, shown, row[1]}, " | ") + " |\n")
			title = ""
		}
	}
	return b.String()
}

func TestTheReadmeListsTheKeysAsTheyAre(t *testing.T) {
	const path, begin, end = "../README.md", "<!-- keys -->\n", "<!-- /keys -->\n"
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(readme), begin)
	got, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no section for the keys", path)
	}
	want := keyTable()
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("the keys of %s are out of date; run go test ./tui -update\n--- want\n%s--- got\n%s", path, want, got)
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// readmeGroup is one task's keys as the README's table lists them.
type readmeGroup struct {
	Title string
	Keys  [][2]string // the key as shown, what it does
}

// readmeKeys returns every key of the screen.
func readmeKeys() []readmeGroup {
	keys := newKeyMap()
	var table []readmeGroup
	for _, group := range keys.groups() {
		row := readmeGroup{Title: group.Title}
		for binding := range slices.Values(group.Keys) {
			row.Keys = append(row.Keys, [2]string{binding.Help().Key, binding.Help().Desc})
		}
		table = append(table, row)
	}
	return table
}
