package store

import (
	"fmt"

	"credscope/socket"
	"credscope/socket/rawjson"
)

// maxNames is how many names one list may have.
const maxNames = 200_000

// names is a JSON array of strings. It is looked through before room is made
// for it, so that a huge or mistyped one costs no more than its frame. nil was
// absent.
type names []string

// UnmarshalJSON stops at the first element that is no string.
func (n *names) UnmarshalJSON(raw []byte) error {
	*n = nil
	if raw[0] != '[' {
		return &socket.MalformedDataError{What: "the list is not an array"}
	}
	count := 0
	err := rawjson.Elements(raw, func(value []byte) error {
		switch count++; {
		case value[0] != '"':
			return &socket.MalformedDataError{What: "the list holds something else than names"}
		case count > maxNames:
			return &socket.MalformedDataError{What: fmt.Sprintf("the list holds over %d names", maxNames)}
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

func (n names) list(op, field string) ([]string, error) {
	if n == nil {
		return nil, &socket.MalformedDataError{Op: op, What: field + " is missing"}
	}
	return n, nil
}
