package store_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"credscope/store"
)

const dots = "•••"

var (
	shortBytes = []byte("c7Q")
	longBytes  = []byte("kV9-canary-Wm3zR8pX5tL2nB7qJ4hD6fG1sA0yC")
)

// Types that contain a Secret.
type (
	exported struct {
		Name   string
		Secret store.Secret
	}
	unexported struct {
		name   string
		secret store.Secret
	}
	unexportedPointer struct{ secret *store.Secret }
	unexportedAny     struct{ any any }
	failure           struct{ Secret store.Secret }
	hiddenFailure     struct{ secret store.Secret }
)

func (f failure) Error() string { return fmt.Sprintf("failed with %v", f.Secret) }

func (f *hiddenFailure) Error() string { return fmt.Sprintf("failed with %#v", *f) }

// wrongVerb is for errors; as a variable it is hidden from vet.
var wrongVerb = "%w"

// containers returns values of many types that contain the secret b.
func containers(b []byte) map[string]any {
	s := store.NewSecret(b)
	return map[string]any{
		"value":                s,
		"pointer":              &s,
		"exported field":       exported{"n", s},
		"pointer to exported":  &exported{"n", s},
		"unexported field":     unexported{"n", s},
		"pointer to a struct":  &unexported{"n", s},
		"unexported pointer":   unexportedPointer{&s},
		"unexported interface": unexportedAny{s},
		"slice":                []store.Secret{s, s},
		"array":                [1]store.Secret{s},
		"slice of unexported":  []unexported{{"n", s}},
		"map value":            map[string]store.Secret{"k": s},
		"map key":              map[store.Secret]int{s: 1},
		"map of unexported":    map[string]unexported{"k": {"n", s}},
		"error":                failure{s},
		"unexported in error":  &hiddenFailure{s},
		"wrapped error":        fmt.Errorf("more: %w", failure{s}),
		"formatted error":      fmt.Errorf("%v %s %x", s, s, s),
		"not an error":         fmt.Errorf(wrongVerb, s),
		"token":                store.OAuthToken{AccessToken: s, IDToken: s},
		"pointer to token":     &store.OAuthToken{AccessToken: s, IDToken: s},
	}
}

var (
	// pointerVerbs are the verbs that fmt supports for pointers.
	pointerVerbs = []string{"%v", "%+v", "%#v", "%x", "%X", "%d", "%p", "%o", "%b", "%#x", "%20v"}
	// otherVerbs are those that it does not.
	otherVerbs = []string{"%s", "%q", "%t", "%+q", "% x", "%-8.3s", "%c", "%U", "%e", "%T", "%z", "%!"}
)

// printed returns what printing, logging and encoding make of v, by method.
func printed(container string, v any) map[string]string {
	all := map[string]string{"print": fmt.Sprint(v), "println": fmt.Sprintln(v, v)}
	for _, verb := range slices.Concat(pointerVerbs, otherVerbs) {
		all[verb] = fmt.Sprintf(verb, v)
	}
	var text, lines bytes.Buffer
	slog.New(slog.NewTextHandler(&text, untimed)).Info("m", "k", v, slog.Group("g", "k", v))
	slog.New(slog.NewJSONHandler(&lines, untimed)).Info("m", "k", v, slog.Group("g", "k", v))
	all["slog text"], all["slog JSON"] = text.String(), lines.String()
	encoded, err := json.Marshal(v)
	all["JSON"] = fmt.Sprint(string(encoded), err)
	indented, err := json.MarshalIndent(map[string]any{"k": v}, "", " ")
	all["nested JSON"] = fmt.Sprint(string(indented), err)
	markup, err := xml.Marshal(v)
	all["XML"] = fmt.Sprint(string(markup), err)
	return all
}

// untimed omits the time from log lines.
var untimed = &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}}

// shapes returns the ways in which bytes can be printed.
func shapes(b []byte) []string {
	var numbers, hexes []string
	for _, c := range b {
		numbers = append(numbers, fmt.Sprint(c))
		hexes = append(hexes, fmt.Sprintf("0x%x", c))
	}
	return []string{
		string(b), hex.EncodeToString(b), strings.ToUpper(hex.EncodeToString(b)), strings.Join(numbers, " "),
		strings.Join(numbers, ","), strings.Join(hexes, ", "), fmt.Sprintf("% x", b), fmt.Sprintf("%08b", b),
		strings.Trim(fmt.Sprint([]rune(string(b))), "[]"), fmt.Sprintf("%o", b),
	}
}

func TestASecretIsNotInWhatAnythingPrints(t *testing.T) {
	var leaks []string // every six consecutive bytes, in every shape
	for i := range len(longBytes) - 5 {
		leaks = append(leaks, shapes(longBytes[i:i+6])...)
	}
	for i := range 3 {
		leaks = append(leaks, base64.StdEncoding.EncodeToString(longBytes[i:])[:8])
	}
	for container, v := range containers(longBytes) {
		for way, text := range printed(container, v) {
			for _, leak := range leaks {
				if strings.Contains(text, leak) {
					t.Fatalf("%s by %s shows %q: %s", container, way, leak, text)
				}
			}
		}
	}
}

func TestASecretDoesNotTellItsLength(t *testing.T) {
	empty, short, long := containers(nil), containers(shortBytes), containers(longBytes)
	for container := range long {
		one, two, three := printed(container, empty[container]), printed(container, short[container]), printed(container, long[container])
		for way := range three {
			// Addresses differ, but not in their width.
			if len(one[way]) != len(two[way]) || len(two[way]) != len(three[way]) {
				t.Errorf("%s by %s differs:\n%s\n%s\n%s", container, way, one[way], two[way], three[way])
			}
		}
	}
}

func TestASecretPrintsAsThreeDots(t *testing.T) {
	for _, s := range []store.Secret{{}, store.NewSecret(nil), store.NewSecret(shortBytes), store.NewSecret(longBytes)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%20v"} {
			if got := fmt.Sprintf(verb, s); got != dots {
				t.Errorf("%s gives %s", verb, got)
			}
		}
		for _, v := range []any{s, &s, []store.Secret{s}, map[string]store.Secret{"k": s}} {
			if got := fmt.Sprint(v); !strings.Contains(got, dots) {
				t.Errorf("%T prints as %s", v, got)
			}
		}
		if got, err := json.Marshal(map[store.Secret]store.Secret{s: s}); err != nil || string(got) != `{"•••":"•••"}` {
			t.Errorf("as key and value: %s, %v", got, err)
		}
		if s.String() != dots || s.LogValue().String() != dots {
			t.Errorf("%q, %q", s.String(), s.LogValue())
		}
	}
}

func TestASecretIsACopyThatCanBeWiped(t *testing.T) {
	given := bytes.Clone(longBytes)
	s := store.NewSecret(given)
	clear(given)
	if !bytes.Equal(s.Bytes(), longBytes) || s.Empty() {
		t.Fatal("the secret shares the caller's bytes")
	}
	lent, other := s.Bytes(), s
	s.Wipe()
	if len(bytes.Trim(lent, "\x00")) != 0 {
		t.Error("the bytes were not overwritten")
	}
	if !s.Empty() || !other.Empty() || s.Bytes() != nil {
		t.Error("a copy outlives the wiping")
	}
	s.Wipe()
	store.Secret{}.Wipe()
	if !(store.Secret{}).Empty() || (store.Secret{}).Bytes() != nil {
		t.Error("the zero Secret is not empty")
	}
}

func TestASecretReadAgainWipesTheFirst(t *testing.T) {
	s := store.NewSecret(longBytes)
	first := s.Bytes()
	if err := json.Unmarshal([]byte(`"new"`), &s); err != nil || string(s.Bytes()) != "new" {
		t.Errorf("%q, %v", s.Bytes(), err)
	}
	if len(bytes.Trim(first, "\x00")) != 0 {
		t.Error("the first was not overwritten")
	}
	if err := json.Unmarshal([]byte(`null`), &s); err != nil || !s.Empty() {
		t.Errorf("null gives %q, %v", s.Bytes(), err)
	}
}
