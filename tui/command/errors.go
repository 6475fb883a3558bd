package command

import (
	"errors"
	"fmt"
	"strings"

	"credscope/tui/text"
	"credscope/tui/words"
)

// UsageError is a command line that cannot be followed, worded for people.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }
func (e UsageError) Unwrap() error { return e.Err }

func misuse(format string, args ...any) error { return UsageError{fmt.Errorf(format, args...)} }

// StatusOf is the exit status after an error that no command has given one.
func StatusOf(err error) int {
	if _, usage := errors.AsType[UsageError](err); usage {
		return Usage
	}
	return Failed
}

// Refusal is why a command did not do its work, in a sentence for people.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// unknownProvider is a provider that the host does not list, among so many.
type unknownProvider struct {
	said   Refusal
	listed int
}

func (e unknownProvider) Error() string { return e.said.Error() }
func (e unknownProvider) Unwrap() error { return e.said }

// Describe words an error for stderr and for JSON.
func Describe(err error) string {
	if usage, ok := errors.AsType[UsageError](err); ok {
		return usage.Error()
	}
	if refusal, ok := errors.AsType[Refusal](err); ok {
		return refusal.Error()
	}
	return words.ErrorWithoutKeys(err)
}

// sentence is Describe for an error that may be nil.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	return Describe(err)
}

// Complain writes what went wrong to Errs.
func (e *Env) Complain(err error) {
	_, _ = fmt.Fprintln(e.Errs, "credscope: "+e.safe(text.Free(Describe(err))))
}

// Guard returns the exit status of work. A panic fails it, and all that is said
// is that there was one: its value may hold anything. Once a removal was sent,
// what became of it may not have been written.
func (e *Env) Guard(work func() int) (status int) {
	defer func() {
		if recover() != nil {
			e.Complain(words.ErrPanic)
			status = max(e.Status, Failed)
			if e.changing {
				status = Uncertain
			}
		}
	}()
	return work()
}

// safe returns our own words in what the terminal's locale can show. Line breaks stay.
func (e *Env) safe(s string) string {
	if !e.ASCII {
		return s
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = text.ASCII(line)
	}
	return strings.Join(lines, "\n")
}
