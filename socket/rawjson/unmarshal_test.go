package rawjson_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"credscope/socket/rawjson"
)

type inner struct {
	Word string `json:"word"`
	N    int    `json:"n,omitempty"`
}

type outer struct {
	Inner    inner            `json:"inner"`
	Behind   *inner           `json:"behind"`
	List     []inner          `json:"list"`
	ByName   map[string]inner `json:"byName"`
	Numbers  map[string]int   `json:"numbers"`
	Raw      json.RawMessage  `json:"raw"`
	Text     *string          `json:"text"`
	Any      any              `json:"any"`
	Bytes    []byte           `json:"bytes"`
	Untagged string
	Hidden   string `json:"-"`
}

// everything has each member of outer by its exact name.
const everything = `{
	"inner": {"word": "a", "n": 1}, "behind": {"word": "b"}, "list": [{"word": "c"}, {"n": 4}], "byName": {"x": {"word": "d"}},
	"numbers": {"one": 1}, "raw": [1, 2], "text": "e", "any": {"f": ["g", null]}, "bytes": "aGk=", "Untagged": "h"
}`

func TestExactNamesAreDecodedAsByEncodingJSON(t *testing.T) {
	for _, text := range []string{everything, `{}`, `{"behind":null,"text":null,"list":null,"byName":null,"inner":null,"any":null}`, `null`} {
		got, want := outer{Text: new(string)}, outer{Text: new(string)}
		if err := errors.Join(rawjson.Unmarshal([]byte(text), &got), json.Unmarshal([]byte(text), &want)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", text, got, want)
		}
	}
}

func TestANameInOtherLettersFillsNothingAtAnyDepth(t *testing.T) {
	var upper strings.Builder
	for _, member := range []string{"inner", "behind", "list", "byName", "numbers", "raw", "text", "any", "bytes", "Untagged"} {
		upper.WriteString(`,"` + strings.ToUpper(member) + `":"changed"`)
	}
	for _, text := range []string{
		strings.Replace(everything, "\n}", upper.String()+`,"untagged":"x","hidden":"x","Hidden":"x","-":"x"}`, 1),
		strings.ReplaceAll(everything, `"word":`, `"WORD": "x", "word":`),
		strings.ReplaceAll(everything, `{"word"`, `{"Word": 7, "word"`),
		strings.ReplaceAll(everything, `"n":`, `"N": 9, "n":`),
	} {
		var got, want outer
		if err := errors.Join(rawjson.Unmarshal([]byte(text), &got), json.Unmarshal([]byte(everything), &want)); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", text, got, want)
		}
	}
}

func TestTheLastOfEqualNamesCountsAlone(t *testing.T) {
	var got outer
	err := rawjson.Unmarshal([]byte(`{
		"text": 5, "text": "last", "inner": {"word": "first", "n": 1}, "inner": {"n": 1, "n": 2}, "numbers": {"a": 1}, "numbers": {"b": 1, "\u0062": 2},
		"list": [{"n": 1}], "list": []
	}`), &got)
	if err != nil || *got.Text != "last" || got.Inner != (inner{N: 2}) || !reflect.DeepEqual(got.Numbers, map[string]int{"b": 2}) || len(got.List) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAWrongTypeIsNamedInOwnWordsAndTheRestDecoded(t *testing.T) {
	for text, field := range map[string]string{
		`{"inner":{"n":"canary"},"Untagged":"rest"}`:              "n",
		`{"inner":"canary","Untagged":"rest"}`:                    "inner",
		`{"list":[{"word":"a"},"canary"],"Untagged":"rest"}`:      "list",
		`{"numbers":{"canary":"canary"},"Untagged":"rest"}`:       "numbers",
		`{"byName":{"canary":{"n":{}}},"Untagged":"rest"}`:        "n",
		`{"text":["canary"],"inner":[],"Untagged":"rest"}`:        "inner",
		`{"Untagged":"rest","behind":{"n":1e400}}`:                "n",
		`{"numbers":{"canary":"9"},"text":7,"Untagged":"rest"}`:   "numbers",
		`{"byName":{"canary":["canary"]},"Untagged":"rest"}`:      "byName",
		`{"Untagged":"rest","numbers":["canary"],"bytes":[[[]]]}`: "numbers",
	} {
		var got outer
		err := rawjson.Unmarshal([]byte(text), &got)
		wrong, ok := errors.AsType[*rawjson.TypeError](err)
		if !ok || wrong.Field != field || err.Error() != field+" has the wrong type" || got.Untagged != "rest" {
			t.Errorf("%s: %v, %+v", text, err, got)
		}
	}
}

func TestOnlyAPointerCanBeFilled(t *testing.T) {
	for _, into := range []any{nil, outer{}, (*outer)(nil)} {
		if err := rawjson.Unmarshal([]byte(`{}`), into); err == nil {
			t.Errorf("%T was filled", into)
		}
	}
}
