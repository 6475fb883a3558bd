package store

import (
	"fmt"
	"slices"
	"strings"

	"credscope/socket"
	"credscope/socket/rawjson"
)

const (
	maxFields   = 1000 // that a token may have
	usualFields = 8
)

// read takes the fields of a token's JSON. Letter case in their names does not
// count, and of two under one name the last does.
func (t *OAuthToken) read(object []byte) error {
	t.received = make([]string, 0, usualFields)
	n := 0
	err := rawjson.Members(object, func(name, value []byte) error {
		switch n++; {
		case n > maxFields:
			return &socket.MalformedDataError{What: fmt.Sprintf("the token has over %d fields", maxFields)}
		case len(name) > maxText:
			return &socket.MalformedDataError{What: "the name of a field is over 8 KiB"}
		}
		return t.take(name, value)
	})
	slices.Sort(t.received)
	t.received = slices.Compact(t.received)
	return err
}

// take notes that a field came, and keeps its value if it is one of a token's own.
func (t *OAuthToken) take(name, value []byte) error {
	for _, known := range wireFields {
		if !strings.EqualFold(known.name, string(name)) {
			continue
		}
		if known.name == string(name) {
			t.received = append(t.received, known.name)
		} else {
			t.received = append(t.received, string(name))
		}
		return known.read(t, value)
	}
	t.received = append(t.received, string(name))
	return nil
}

// wireFields are the fields of a token whose values are read.
var wireFields = []struct {
	name string
	read func(t *OAuthToken, value []byte) error
}{
	{"access_token", func(t *OAuthToken, value []byte) error { return t.AccessToken.UnmarshalJSON(value) }},
	{"id_token", func(t *OAuthToken, value []byte) error { return t.IDToken.UnmarshalJSON(value) }},
	{"expiry", func(t *OAuthToken, value []byte) error { return t.Expiry.UnmarshalJSON(value) }},
	{"token_type", func(t *OAuthToken, value []byte) error { return (*text)(&t.TokenType).UnmarshalJSON(value) }},
	{"scope", func(t *OAuthToken, value []byte) error { return (*text)(&t.Scope).UnmarshalJSON(value) }},
	{"resource_url", func(t *OAuthToken, value []byte) error { return (*text)(&t.ResourceURL).UnmarshalJSON(value) }},
	{"account_id", func(t *OAuthToken, value []byte) error { return (*text)(&t.AccountID).UnmarshalJSON(value) }},
}
