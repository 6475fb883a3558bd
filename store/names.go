package store

import (
	"encoding/json"
	"fmt"

	"credscope/socket"
)

// maxNames is how many names one list may have.
const maxNames = 200_000

// names is a JSON array of strings. It is looked through before room is made
// for it, so that a huge or mistyped one costs no more than its frame. nil was
// absent.
type names []string

// aName takes a JSON string and keeps nothing of it.
type aName struct{}

func (aName) UnmarshalJSON(raw []byte) error {
	if raw[0] != '"' {
		return &socket.MalformedDataError{What: "the list holds something else than names"}
	}
	return nil
}

// UnmarshalJSON stops at the first element that is no string.
func (n *names) UnmarshalJSON(raw []byte) error {
	*n = nil
	if raw[0] != '[' {
		return &socket.MalformedDataError{What: "the list is not an array"}
	}
	var counted []aName
	if err := json.Unmarshal(raw, &counted); err != nil {
		return err
	}
	if len(counted) > maxNames {
		return &socket.MalformedDataError{What: fmt.Sprintf("the list holds over %d names", maxNames)}
	}
	list := make([]string, 0, len(counted))
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	*n = list
	return nil
}

func (n names) list(op, field string) ([]string, error) {
	if n == nil {
		return nil, &socket.MalformedDataError{Op: op, What: field + " is missing"}
	}
	return n, nil
}
