package command_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"credscope/socket"
	"credscope/store/demo"
	"credscope/tui/command"
)

// field is what the README says of a field of the documents.
type field struct {
	of       []string // commands
	types    []string
	optional bool
}

// documented reads the README's table of fields.
func documented(t *testing.T) map[string]field {
	t.Helper()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "<!-- json -->")
	table, _, _ := strings.Cut(after, "<!-- /json -->")
	fields := map[string]field{}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		kind, optional := strings.CutSuffix(strings.TrimSpace(cells[3]), ", optional")
		of := strings.Split(strings.TrimSpace(cells[2]), ", ")
		if of[0] == "all" {
			of = []string{"list", "show", "check", "remove", "renew", "doctor"}
		}
		fields[strings.Trim(cells[1], " `")] = field{of, strings.Split(kind, " or "), optional}
	}
	if len(fields) < 20 {
		t.Fatalf("the README documents only %v", fields)
	}
	return fields
}

// flatten collects the paths of a document with the types found there.
func flatten(path string, value any, found map[string]map[string]bool) {
	kind := "null"
	switch v := value.(type) {
	case map[string]any:
		kind = "object"
		for name, inner := range v {
			if path != "host.requests" {
				flatten(strings.TrimPrefix(path+"."+name, "."), inner, found)
			}
		}
	case []any:
		for _, inner := range v {
			flatten(path+"[]", inner, found)
		}
		return
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "boolean"
	}
	if found[path] == nil {
		found[path] = map[string]bool{}
	}
	found[path][kind] = true
}

// documents are runs of every command that together have every field.
func documents() map[string][]string {
	return map[string][]string{
		"list":   {"list", "list codex --no-check", "list nope"},
		"check":  {"check codex --for 2h", "check claudecode", "check qwen", "check nope"},
		"show":   {"show codex", "show qwen", "show gemini", "show codex nope"},
		"remove": {"remove codex ci-runner --yes", "remove --stale --yes", "remove codex shared@example.com --dry-run", "remove qwen nope --yes"},
		"renew":  {"renew anthropic default --yes", "renew --stale --yes", "renew codex ci-runner --dry-run", "renew codex nope --yes"},
		"doctor": {"doctor", "doctor --private", "doctor --socket /absent"},
	}
}

func TestJSONIsAsDocumented(t *testing.T) {
	t.Parallel()
	fields := documented(t)
	forms := map[string]any{
		"list": new(command.ListDocument), "show": new(command.ShowDocument), "check": new(command.CheckDocument), "remove": new(command.ChangeDocument),
		"renew": new(command.ChangeDocument), "doctor": new(command.DoctorDocument),
	}
	for command, runs := range documents() {
		found := map[string]map[string]bool{}
		for _, run := range runs {
			h := host(t, demo.Options{Mark: mark})
			h.SetHook(refusingWhatIsDead(h))
			stdout, _, _ := piped(t, from(h.Path()), append(strings.Fields(run), "--json")...)
			oneDocument(t, run, stdout, forms[command])
			var document map[string]any
			if err := json.Unmarshal([]byte(stdout), &document); err != nil {
				t.Fatal(run, err)
			}
			if document["schema"] != 2.0 || document["command"] != command {
				t.Errorf("%s: %v, %v", run, document["schema"], document["command"])
			}
			flatten("", document, found)
		}
		delete(found, "")
		compare(t, command, fields, found)
	}
}

// refusingWhatIsDead is a host that refuses to hand out codex/ci-runner after a renewal.
func refusingWhatIsDead(h *demo.Host) demo.Hook {
	return func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op == "get_token" && call.Key.Bucket == "ci-runner" && h.Count("refresh_token") > 0 {
			return nil, &socket.ResponseError{Code: socket.CodeForbidden, Message: "no"}
		}
		return answer()
	}
}

// compare makes sure that all that was found is documented and the other way round.
func compare(t *testing.T, command string, fields map[string]field, found map[string]map[string]bool) {
	t.Helper()
	for path, kinds := range found {
		want, known := fields[path]
		for kind := range kinds {
			container := !known && kind == "object" && strings.HasSuffix(path, "[]")
			if !container && (!slices.Contains(want.of, command) || !slices.Contains(want.types, kind)) {
				t.Errorf("%s: %s is %s, the README says %+v", command, path, kind, want)
			}
		}
	}
	for path, want := range fields {
		if slices.Contains(want.of, command) && found[path] == nil && !strings.HasPrefix(path, "host.warnings") {
			t.Errorf("%s: %s was in no document of %v", command, path, slices.Sorted(maps.Keys(found)))
		}
	}
}

// oneDocument makes sure that output is one object of a form in printable ASCII,
// without a secret.
func oneDocument(t *testing.T, run, output string, form any) {
	t.Helper()
	withoutMark(t, run, output)
	if i := strings.IndexFunc(output, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }); i >= 0 {
		t.Errorf("%s: %q is not plain", run, output[i:min(len(output), i+20)])
	}
	decoder := json.NewDecoder(strings.NewReader(output))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(form); err != nil {
		t.Errorf("%s: %v", run, err)
	}
	if decoder.More() {
		t.Errorf("%s: there is more than one document", run)
	}
}

func TestEveryBucketOfADocumentHasAllItsFields(t *testing.T) {
	t.Parallel()
	fields := documented(t)
	for command, runs := range documents() {
		for _, run := range runs {
			stdout, _, _ := piped(t, nil, append(strings.Fields(run), "--json", "--demo")...)
			var document struct{ Buckets, Steps []map[string]any }
			if err := json.Unmarshal([]byte(stdout), &document); err != nil {
				t.Fatal(run, err)
			}
			for path, want := range fields {
				name, inBucket := strings.CutPrefix(path, "buckets[].")
				name = strings.TrimSuffix(name, "[]")
				if !inBucket || want.optional || strings.Contains(name, ".") || !slices.Contains(want.of, command) {
					continue
				}
				for _, bucket := range document.Buckets {
					if _, there := bucket[name]; !there {
						t.Errorf("%s: %v has no %s", run, bucket, name)
					}
				}
			}
		}
	}
}

func TestTimesInJSONAreUTCAndCounted(t *testing.T) {
	t.Parallel()
	stdout, _, _ := piped(t, []string{"TZ=Asia/Kathmandu"}, "list", "--json", "--demo")
	var document command.ListDocument
	if err := json.Unmarshal([]byte(stdout), &document); err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.RFC3339, document.At)
	if err != nil || at.Location() != time.UTC {
		t.Errorf("%s, %v", document.At, err)
	}
	for _, b := range document.Buckets {
		if b.Expires == nil {
			continue
		}
		expires, err := time.Parse("2006-01-02T15:04:05Z", *b.Expires)
		if off := expires.Sub(at) - time.Duration(*b.SecondsLeft)*time.Second; err != nil || off.Abs() > 2*time.Second {
			t.Errorf("%s/%s: expires %s, %d seconds left at %s", b.Provider, b.Bucket, *b.Expires, *b.SecondsLeft, document.At)
		}
	}
}

func TestNothingBeyondASCIIWhereTheLocaleHasNone(t *testing.T) {
	t.Parallel()
	path := serveHostile(t)
	for _, run := range []string{"list", "show codex", "remove codex work --yes", "doctor", "doctor --private"} {
		stdout, stderr, _ := piped(t, append(from(path), "LANG=C"), strings.Fields(run)...)
		if i := strings.IndexFunc(stdout+stderr, func(r rune) bool { return r >= 0x80 }); i >= 0 {
			t.Errorf("%s: %q", run, (stdout + stderr)[i:])
		}
	}
}
