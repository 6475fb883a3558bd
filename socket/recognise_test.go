package socket

import (
	"errors"
	"testing"
)

func TestAnotherSocketOrPeerIsAnotherHost(t *testing.T) {
	first := identity{device: 1, inode: 2, bound: 3, peer: 4}
	for name, s := range map[string]struct {
		seen identity
		same bool
	}{
		"the same":       {identity{1, 2, 3, 4}, true},
		"another device": {identity{9, 2, 3, 4}, false},
		"another inode":  {identity{1, 9, 3, 4}, false},
		"bound anew":     {identity{1, 2, 9, 4}, false},
		"another uid":    {identity{1, 2, 3, 9}, false},
		"no uid":         {identity{1, 2, 3, -1}, false},
	} {
		c := NewClient("/s", Options{})
		c.met(&first, nil, 2, false)
		err := c.recognise(&s.seen)
		if isOpen(c.Lost()) != s.same || (err == nil) != s.same {
			t.Errorf("%s: %v", name, err)
		}
		cause, ok := errors.AsType[*ConnectError](c.Cause())
		if !s.same && (!ok || cause.Kind != Replaced || !errors.Is(err, ErrLost)) {
			t.Errorf("%s: %v because of %v", name, err, c.Cause())
		}
		_ = c.Close()
	}
}
