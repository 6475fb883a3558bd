package rawjson

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
)

// TypeError is a member with a value of the wrong type for its struct field. It
// does not quote the JSON text.
type TypeError struct {
	Field string // JSON name of the field, from its tag
}

func (e *TypeError) Error() string { return e.Field + " has the wrong type" }

// Unmarshal decodes value like [json.Unmarshal], with two differences at every
// depth: a struct field is set only from the member with exactly its name, and of
// duplicate members only the last one is decoded. An embedded struct is a field
// like any other.
//
// After an error Unmarshal decodes the rest and returns the first error: a
// *TypeError for a field, or the error of a type's own UnmarshalJSON.
func Unmarshal(value []byte, into any) error {
	if own, ok := into.(json.Unmarshaler); ok {
		return own.UnmarshalJSON(value)
	}
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return &json.InvalidUnmarshalError{Type: reflect.TypeOf(into)}
	}
	return unmarshal(value, target.Elem())
}

func unmarshal(value []byte, into reflect.Value) error {
	if own, ok := into.Addr().Interface().(json.Unmarshaler); ok {
		return own.UnmarshalJSON(value)
	}
	switch kind := into.Kind(); {
	case kind == reflect.Struct && value[0] == '{':
		return fillStruct(value, into)
	case kind == reflect.Map && value[0] == '{' && into.Type().Key().Kind() == reflect.String:
		return fillMap(value, into)
	case kind == reflect.Slice && value[0] == '[':
		return fillSlice(value, into)
	case kind == reflect.Pointer && value[0] != 'n':
		into.Set(reflect.New(into.Type().Elem()))
		return unmarshal(value, into.Elem())
	}
	return json.Unmarshal(value, into.Addr().Interface())
}

func fillStruct(object []byte, into reflect.Value) (first error) {
	names, values := fieldNames(into.Type()), make([][]byte, into.NumField())
	_ = Members(object, func(name, value []byte) error {
		for i := range names {
			if names[i] == string(name) && into.Field(i).CanSet() {
				values[i] = value
			}
		}
		return nil
	})
	for i, value := range values {
		if value == nil {
			continue
		}
		err := unmarshal(value, into.Field(i))
		if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); mistyped {
			err = &TypeError{Field: names[i]}
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// fieldNames returns the JSON name of each field, "" for a field without one.
func fieldNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		field := t.Field(i)
		tag := field.Tag.Get("json")
		if !field.IsExported() || tag == "-" {
			continue
		}
		if names[i], _, _ = strings.Cut(tag, ","); names[i] == "" {
			names[i] = field.Name
		}
	}
	return names
}

func fillMap(object []byte, into reflect.Value) (first error) {
	filled := reflect.MakeMap(into.Type())
	_ = Members(object, func(name, value []byte) error {
		item := reflect.New(into.Type().Elem()).Elem()
		if err := unmarshal(value, item); first == nil {
			first = err
		}
		filled.SetMapIndex(reflect.ValueOf(string(name)).Convert(into.Type().Key()), item)
		return nil
	})
	into.Set(filled)
	return first
}

func fillSlice(array []byte, into reflect.Value) (first error) {
	filled := reflect.MakeSlice(into.Type(), 0, 0)
	_ = Elements(array, func(value []byte) error {
		item := reflect.New(into.Type().Elem()).Elem()
		if err := unmarshal(value, item); first == nil {
			first = err
		}
		filled = reflect.Append(filled, item)
		return nil
	})
	into.Set(filled)
	return first
}
