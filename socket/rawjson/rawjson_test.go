package rawjson_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"credscope/socket/rawjson"
)

// walked appends a line to out for each name and scalar that the walk finds.
func walked(value []byte, out *[]string) {
	switch value[0] {
	case '{':
		_ = rawjson.Members(value, func(name, value []byte) error {
			*out = append(*out, fmt.Sprintf("name %q", name))
			walked(value, out)
			return nil
		})
	case '[':
		_ = rawjson.Elements(value, func(value []byte) error {
			walked(value, out)
			return nil
		})
	case '"':
		text, _ := rawjson.Text(value)
		*out = append(*out, fmt.Sprintf("string %q", text))
	default:
		*out = append(*out, string(value))
	}
}

// read returns the same lines from encoding/json's tokens.
func read(value []byte) (out []string) {
	d := json.NewDecoder(bytes.NewReader(value))
	d.UseNumber()
	var nested []bool // true for an object, in which names and values alternate
	isName := false
	for {
		token, err := d.Token()
		if err != nil {
			return out
		}
		inObject := len(nested) > 0 && nested[len(nested)-1]
		switch token := token.(type) {
		case json.Delim:
			if token == '{' || token == '[' {
				nested = append(nested, token == '{')
				isName = token == '{'
				continue
			}
			nested = nested[:len(nested)-1]
			isName = len(nested) > 0 && nested[len(nested)-1]
			continue
		case string:
			if word := "string"; inObject && isName {
				out = append(out, fmt.Sprintf("name %q", token))
			} else {
				out = append(out, fmt.Sprintf("%s %q", word, token))
			}
		case nil:
			out = append(out, "null")
		default:
			out = append(out, fmt.Sprint(token))
		}
		isName = inObject && !isName
	}
}

func FuzzWalk(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, ` { } `, "\t[\r\n]", `{"a":1}`, `{ "a" : [ 1 , {"b":"}]"} , null ] , "a" : "\u0061\"\\" }`,
		`["a","",  "\ud83d\udd11","\ud800",true,false,-0.5e+3]`, `{"":"","\"":{"":[[[]]]}}`, "[\"\xff\"]", "{\"\xff\":0}", `"x"`, `7`, `7 `,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		text = bytes.TrimLeft(text, " \t\r\n")
		before := bytes.Clone(text)
		var got []string
		walked(text, &got)
		if text[0] != '"' && text[0] != '{' && text[0] != '[' {
			return // a scalar at the top may have trailing blanks
		}
		if text[0] == '"' {
			text = bytes.TrimRight(text, " \t\r\n")
			got = nil
			walked(text, &got)
		}
		if want := read(text); !slices.Equal(got, want) {
			t.Errorf("%q holds %q, not %q", text, got, want)
		}
		if !bytes.HasPrefix(before, text) {
			t.Error("the text was changed")
		}
	})
}

func TestAnErrorEndsTheWalk(t *testing.T) {
	stop, seen := errors.New("enough"), 0
	count := func() error {
		if seen++; seen == 2 {
			return stop
		}
		return nil
	}
	if err := rawjson.Members([]byte(`{"a":1,"b":2,"c":3}`), func(_, _ []byte) error { return count() }); !errors.Is(err, stop) || seen != 2 {
		t.Errorf("%v after %d members", err, seen)
	}
	seen = 0
	if err := rawjson.Elements([]byte(`[1,2,3]`), func([]byte) error { return count() }); !errors.Is(err, stop) || seen != 2 {
		t.Errorf("%v after %d elements", err, seen)
	}
}

func TestTextWithoutEscapesIsNotCopied(t *testing.T) {
	object := []byte(`{"name":"value"}`)
	_ = rawjson.Members(object, func(name, value []byte) error {
		clear(name)
		clear(value)
		return nil
	})
	if want := append(append([]byte(`{"`), 0, 0, 0, 0), `":`+"\x00\x00\x00\x00\x00\x00\x00}"...); !bytes.Equal(object, want) {
		t.Errorf("not in place: %q", object)
	}
	object = []byte(`{"access_token":"t","expiry":5,"more":{"a":[1,2,"3"]}}`)
	if n := testing.AllocsPerRun(100, func() {
		_ = rawjson.Members(object, func(_, _ []byte) error { return nil })
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestACopyOfANameIsWipedAfterVisit(t *testing.T) {
	for _, name := range []string{`\u006eame`, "na\xffme", `\u006e` + "\xff"} {
		var kept []byte
		_ = rawjson.Members([]byte(`{"`+name+`":0}`), func(name, _ []byte) error {
			kept = name
			return nil
		})
		if len(bytes.Trim(kept, "\x00")) != 0 || len(kept) == 0 {
			t.Errorf("%q left %q", name, kept)
		}
	}
}

func TestDecodedReportsACopy(t *testing.T) {
	for inside, copies := range map[string]bool{``: false, `é`: false, `\u00e9`: true, `\\`: true, "\xff": true} {
		quoted := []byte(`"` + inside + `"`)
		var want string
		_ = json.Unmarshal(quoted, &want)
		text, copied := rawjson.Decoded(quoted)
		if string(text) != want || copied != copies {
			t.Errorf("%q is %q, copied: %t", inside, text, copied)
		}
		if len(text) > 0 && (&text[0] == &quoted[1]) == copied {
			t.Errorf("%q: copied is %t, and that is not so", inside, copied)
		}
	}
}
