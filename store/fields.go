package store

import (
	"bytes"
	"fmt"
	"slices"

	"credscope/socket"
	"credscope/socket/rawjson"
)

// maxFields is how many fields a token may have.
const maxFields = 1000

// tokenFields walks a token's JSON. Each value goes to where known has its name,
// whose letter case does not count; of two under one name the last counts. It
// returns the names that came, sorted and each once.
func tokenFields(object []byte, known func(name []byte) func(value []byte) error) ([]string, error) {
	var names []string
	n := 0
	err := rawjson.Members(object, func(name, value []byte) error {
		switch n++; {
		case n > maxFields:
			return &socket.MalformedDataError{What: fmt.Sprintf("the token has over %d fields", maxFields)}
		case len(name) > maxText:
			return &socket.MalformedDataError{What: "the name of a field is over 8 KiB"}
		}
		names = append(names, string(name))
		if take := known(name); take != nil {
			return take(value)
		}
		return nil
	})
	slices.Sort(names)
	return slices.Compact(names), err
}

// wireFields returns where the fields of a token that are kept go.
func (t *OAuthToken) wireFields(name []byte) func(value []byte) error {
	is := func(known string) bool { return bytes.EqualFold(name, []byte(known)) }
	switch {
	case is("access_token"):
		return t.AccessToken.UnmarshalJSON
	case is("id_token"):
		return t.IDToken.UnmarshalJSON
	case is("expiry"):
		return t.Expiry.UnmarshalJSON
	case is("token_type"):
		return (*text)(&t.TokenType).UnmarshalJSON
	case is("scope"):
		return (*text)(&t.Scope).UnmarshalJSON
	case is("resource_url"):
		return (*text)(&t.ResourceURL).UnmarshalJSON
	case is("account_id"):
		return (*text)(&t.AccountID).UnmarshalJSON
	}
	return nil
}
