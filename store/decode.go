package store

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"credscope/socket"
	"credscope/socket/rawjson"
)

const (
	maxListed  = 200_000       // names in one list
	maxFields  = 1000          // fields of a token
	maxSecrets = 16            // strings of a token under the name of a secret
	maxText    = 8 << 10       // bytes of a text or a field's name that is kept
	maxQuoted  = 6*maxText + 2 // bytes of the longest JSON string that decodes to maxText

	// minSecret is the length in bytes from which a secret is searched for in texts.
	// Shorter ones could be part of a text by chance.
	minSecret = 8
)

// nameList is a JSON array of strings; nil means that it was absent. Types and
// length are checked before the strings are allocated, so that a huge or mistyped
// array costs no memory beyond its frame.
type nameList []string

// UnmarshalJSON returns a [*MalformedDataError] for anything but an array of up to
// maxListed strings.
func (n *nameList) UnmarshalJSON(raw []byte) error {
	*n = nil
	if raw[0] != '[' {
		return &socket.MalformedDataError{What: "the list is not an array"}
	}
	count := 0
	err := rawjson.Elements(raw, func(value []byte) error {
		switch count++; {
		case value[0] != '"':
			return &socket.MalformedDataError{What: "the list holds something else than names"}
		case count > maxListed:
			return &socket.MalformedDataError{What: fmt.Sprintf("the list holds over %d names", maxListed)}
		}
		return nil
	})
	if err != nil {
		return err
	}
	list := make([]string, 0, count)
	err = rawjson.Elements(raw, func(value []byte) error {
		name, _ := rawjson.Text(value)
		list = append(list, name)
		return nil
	})
	*n = list
	return err
}

// required returns the list, or a [*MalformedDataError] if the reply to op had no
// such field.
func (n nameList) required(op, field string) ([]string, error) {
	if n == nil {
		return nil, &socket.MalformedDataError{Op: op, What: field + " is missing"}
	}
	return n, nil
}

// UnmarshalJSON decodes a token as hosts send it. Field names are compared byte for
// byte, and of two fields with one name the last counts. The error is a
// [*MalformedDataError] if there is no access token, or if there are more than
// 1000 fields or 16 secrets. Any other field that cannot be kept is listed in
// [Metadata].Dropped. No copy of a secret stays in memory or is part of an error.
func (t *OAuthToken) UnmarshalJSON(raw []byte) error {
	if raw[0] != '{' {
		return &socket.MalformedDataError{What: "the token is not an object"}
	}
	var f tokenFields
	defer f.wipe()
	if err := f.locate(raw); err != nil {
		return err
	}
	var token OAuthToken
	if err := token.decodeSecrets(&f); err != nil {
		return err
	}
	f.dropUnknown(raw)
	if f.expiry != nil {
		_ = token.Expiry.UnmarshalJSON(f.expiry) // accepts any value
	}
	token.TokenType = f.text("token_type", f.tokenType, wholeText)
	token.Scope = f.text("scope", f.scope, wholeText)
	token.AccountID = f.text("account_id", f.accountID, wholeText)
	token.resourceHost = f.text("resource_url", f.resourceURL, hostPart)
	token.dropped, token.namesLeftOut, token.refreshTokenSent = f.sortedDropped(), f.namesLeftOut, f.refreshTokenSent
	*t = token
	return nil
}

// decodeSecrets copies the access and ID token, and records every secret that was
// received.
func (t *OAuthToken) decodeSecrets(f *tokenFields) error {
	switch string(f.accessToken) {
	case "", "null", `""`:
		return &socket.MalformedDataError{What: "access_token is missing"}
	}
	if t.AccessToken.UnmarshalJSON(f.accessToken) != nil {
		return &socket.MalformedDataError{What: "access_token is not a string"}
	}
	f.drop("access_token", DroppedSecret)
	if f.refreshToken != nil {
		f.drop("refresh_token", DroppedSecret)
	}
	if f.idToken != nil {
		reason := DroppedSecret
		if t.IDToken.UnmarshalJSON(f.idToken) != nil {
			reason = DroppedWrongType
		}
		f.drop("id_token", reason)
	}
	return nil
}

// tokenFields holds the values of a token's known fields as they stand in the
// JSON, nil if absent. It is filled in two passes, locate and dropUnknown, because
// a secret may follow the text that contains it.
type tokenFields struct {
	accessToken, idToken, refreshToken               []byte
	expiry, tokenType, scope, resourceURL, accountID []byte
	secrets                                          []decodedSecret
	refreshTokenSent                                 bool
	dropped                                          []DroppedField
	namesLeftOut                                     int
}

// decodedSecret is the value of a secret, which no kept text may contain.
type decodedSecret struct {
	text   []byte
	copied bool // text is a copy, not a part of the JSON
}

// wipe overwrites the copies of secrets.
func (f *tokenFields) wipe() {
	for _, s := range f.secrets {
		if s.copied {
			clear(s.text)
		}
	}
}

// value returns a pointer to the known field of this name, or nil.
func (f *tokenFields) value(name []byte) *[]byte {
	switch string(name) {
	case "access_token":
		return &f.accessToken
	case "id_token":
		return &f.idToken
	case "refresh_token":
		return &f.refreshToken
	case "expiry":
		return &f.expiry
	case "token_type":
		return &f.tokenType
	case "scope":
		return &f.scope
	case "resource_url":
		return &f.resourceURL
	case "account_id":
		return &f.accountID
	}
	return nil
}

// locate sets the values of the known fields and collects every secret.
func (f *tokenFields) locate(object []byte) error {
	n := 0
	return rawjson.Members(object, func(name, value []byte) error {
		if n++; n > maxFields {
			return &socket.MalformedDataError{What: fmt.Sprintf("the token has over %d fields", maxFields)}
		}
		if known := f.value(name); known != nil {
			*known = value
		}
		return f.addSecret(name, value)
	})
}

var secretNames = [][]byte{[]byte("access_token"), []byte("id_token"), []byte("refresh_token")}

// addSecret adds value to f.secrets if name is that of a secret. Letter case is
// ignored: treating too many values as secrets does no harm.
func (f *tokenFields) addSecret(name, value []byte) error {
	which := slices.IndexFunc(secretNames, func(secret []byte) bool { return bytes.EqualFold(secret, name) })
	if which < 0 {
		return nil
	}
	f.refreshTokenSent = f.refreshTokenSent || which == len(secretNames)-1
	if value[0] != '"' || len(value) > maxQuoted { // a longer one fits into no text that is kept
		return nil
	}
	if len(f.secrets) == maxSecrets {
		return &socket.MalformedDataError{What: fmt.Sprintf("the token has over %d secrets", maxSecrets)}
	}
	text, copied := rawjson.Decoded(value)
	f.secrets = append(f.secrets, decodedSecret{text, copied})
	return nil
}

// dropUnknown records the names of all unknown fields.
func (f *tokenFields) dropUnknown(object []byte) {
	_ = rawjson.Members(object, func(name, _ []byte) error {
		switch {
		case f.value(name) != nil:
		case len(name) > maxText || f.containsSecret(name):
			f.namesLeftOut++
		default:
			f.drop(string(name), DroppedUnknown)
		}
		return nil
	})
}

func (f *tokenFields) drop(name string, reason DropReason) {
	f.dropped = append(f.dropped, DroppedField{name, reason})
}

// sortedDropped returns the dropped fields sorted by name, each one once.
func (f *tokenFields) sortedDropped() []DroppedField {
	slices.SortFunc(f.dropped, func(a, b DroppedField) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(f.dropped)
}

func (f *tokenFields) containsSecret(text []byte) bool {
	return slices.ContainsFunc(f.secrets, func(s decodedSecret) bool {
		return len(s.text) >= minSecret && contains(text, s.text)
	})
}

// text decodes a text field and returns the part of it that may be shown. If there
// is none it returns "" and records the reason. A text that contains a secret is
// never converted to a string.
func (f *tokenFields) text(name string, value []byte, part func(text []byte) []byte) string {
	switch {
	case value == nil, string(value) == "null":
		return ""
	case value[0] != '"':
		f.drop(name, DroppedWrongType)
		return ""
	case len(value) > maxQuoted:
		f.drop(name, DroppedTooLong)
		return ""
	}
	text, copied := rawjson.Decoded(value)
	if copied {
		defer clear(text)
	}
	shown := part(text)
	switch {
	case len(text) > maxText:
		f.drop(name, DroppedTooLong)
	case f.containsSecret(shown):
		f.drop(name, DroppedHeldSecret)
	case len(shown) == 0 && len(text) > 0:
		f.drop(name, DroppedNoHost)
	default:
		return string(shown)
	}
	return ""
}

func wholeText(text []byte) []byte { return text }

// hostPart returns the host of a URL with its port, or nil if there is none. User,
// password, path and query are cut off because they may hold secrets. A URL without
// a scheme begins with its host. The loops are written out because package bytes
// would leave parts of the URL in vector registers.
func hostPart(url []byte) []byte {
	host := url[schemeLength(url):]
	for i, b := range host {
		if b == '/' || b == '?' || b == '#' || b == '\\' {
			host = host[:i]
			break
		}
	}
	for i := len(host) - 1; i >= 0; i-- {
		if host[i] == '@' {
			host = host[i+1:]
			break
		}
	}
	if !validHost(host) {
		return nil
	}
	return host
}

// schemeLength returns the length of a URL's scheme with its ://, or 0.
func schemeLength(url []byte) int {
	for i, b := range url {
		switch {
		case isLetterOrDigit(b) || b == '+' || b == '-' || b == '.':
		case b == ':' && len(url) > i+2 && url[i+1] == '/' && url[i+2] == '/':
			return i + 3
		default:
			return 0
		}
	}
	return 0
}

// validHost reports whether host is a name or a bracketed IPv6 address, with or
// without a port of up to 5 digits.
func validHost(host []byte) bool {
	const maxPort = 5
	port := len(host)
	for port > 0 && len(host)-port < maxPort && isDigit(host[port-1]) {
		port--
	}
	if port > 0 && host[port-1] == ':' {
		host = host[:port-1]
	}
	inBrackets := len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']'
	if inBrackets {
		host = host[1 : len(host)-1]
	}
	for _, b := range host {
		special := b == '-' || b == '_' || b >= 0x80
		if inBrackets {
			special = b == ':'
		}
		if !isLetterOrDigit(b) && b != '.' && !special {
			return false
		}
	}
	return len(host) > 0
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isLetterOrDigit(b byte) bool { return isDigit(b) || b|0x20 >= 'a' && b|0x20 <= 'z' }
