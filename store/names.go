package store

import (
	"bytes"
	"encoding/json"
	"fmt"

	"credscope/socket"
)

// maxNames is how many names one list may have.
const maxNames = 200_000

// names is a JSON array of strings, decoded element by element so that a huge
// or mistyped list costs no more than its frame. nil was absent.
type names []string

// UnmarshalJSON stops at the first element that is no string.
func (n *names) UnmarshalJSON(raw []byte) error {
	*n = nil
	if raw[0] != '[' {
		return &socket.MalformedDataError{What: "the list is not an array"}
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		return &socket.MalformedDataError{What: "the list cannot be read"}
	}
	list := names{}
	for decoder.More() {
		token, err := decoder.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			return &socket.MalformedDataError{What: "the list holds something else than names"}
		}
		if len(list) == maxNames {
			return &socket.MalformedDataError{What: fmt.Sprintf("the list holds over %d names", maxNames)}
		}
		list = append(list, name)
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
