package store

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"

	"credscope/socket"
)

// maxFields is how many fields of different names a token may have.
const maxFields = 1000

// skip takes any JSON value and keeps nothing of it.
type skip struct{}

func (skip) UnmarshalJSON([]byte) error { return nil }

// fieldNames returns the names in a JSON object, sorted. Those of a long one are
// counted before any is kept: a frame has room for hundreds of thousands.
func fieldNames(object []byte) ([]string, error) {
	if len(object) > maxText { // shorter ones are simply read
		sums := map[nameSum]skip{}
		if err := json.Unmarshal(object, &sums); err != nil {
			return nil, err
		}
		if len(sums) > maxFields {
			return nil, errTooMany()
		}
	}
	names := map[string]skip{}
	if err := json.Unmarshal(object, &names); err != nil {
		return nil, err
	}
	if len(names) > maxFields {
		return nil, errTooMany()
	}
	return slices.Sorted(maps.Keys(names)), nil
}

func errTooMany() error {
	return &socket.MalformedDataError{What: fmt.Sprintf("the token has over %d fields", maxFields)}
}

// nameSum stands for a name in counting. There are few sums, so a map of them
// stays small, but many times maxFields. A host cannot aim at one.
type nameSum uint16

var sumSeed = maphash.MakeSeed()

// UnmarshalText refuses a name longer than any free text.
func (s *nameSum) UnmarshalText(name []byte) error {
	if len(name) > maxText {
		return &socket.MalformedDataError{What: "the name of a field is over 8 KiB"}
	}
	*s = nameSum(maphash.Bytes(sumSeed, name))
	return nil
}
