package socket

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

const fuzzLimit = 300

// plainReader is what receive must be equal to: the frames of a stream, and
// whether it ended because a length was wrong.
func plainReader(stream []byte) (frames []string, badLength bool) {
	for len(stream) >= headerSize {
		size := uint64(binary.BigEndian.Uint32(stream))
		if size == 0 || size > fuzzLimit {
			return frames, true
		}
		if uint64(len(stream)-headerSize) < size {
			return frames, false
		}
		frames = append(frames, string(stream[headerSize:headerSize+size]))
		stream = stream[headerSize+size:]
	}
	return frames, false
}

// chopped cuts stream into pieces as long as the bytes of sizes say.
func chopped(stream, sizes []byte) [][]byte {
	offsets, at := []int{}, 0
	for i := 0; len(sizes) > 0 && at < len(stream); i++ {
		at += 1 + int(sizes[i%len(sizes)])
		offsets = append(offsets, min(at, len(stream)))
	}
	return cut(stream, offsets...)
}

func FuzzReceive(f *testing.F) {
	stream := []byte{}
	for _, text := range []string{`{}`, `{"id":"r1","ok":true}`, strings.Repeat("7", fuzzLimit)} {
		stream = append(stream, frameOf(text)...)
	}
	f.Add(stream, []byte{0, 2, 7})
	f.Add(stream[:len(stream)-1], []byte{255})
	f.Add(append(bytes.Clone(stream), 0xff, 0xff, 0xff, 0xff), []byte{})
	f.Fuzz(func(t *testing.T, stream, sizes []byte) {
		c, check := watched(t, chopped(stream, sizes))
		c.buf, c.limit = make([]byte, 16), fuzzLimit // small, so that it grows and compacts
		want, badLength := plainReader(stream)
		for i := 0; ; i++ {
			frame, err := c.receive()
			check("after a receive")
			if err == nil {
				if i >= len(want) || string(frame) != want[i] {
					t.Fatalf("frame %d is %q", i, frame)
				}
				continue
			}
			if _, length := errors.AsType[*FrameError](err); length != badLength || (!length && !errors.Is(err, io.EOF)) {
				t.Fatalf("ended with %v", err)
			}
			if i != len(want) {
				t.Fatalf("%d frames of %d", i, len(want))
			}
			return
		}
	})
}

// readFields reads a JSON object without the help of struct tags; nil if text
// is something else.
func readFields(text []byte) map[string]json.RawMessage {
	var whole json.RawMessage
	if json.Unmarshal(text, &whole) != nil || whole[0] != '{' {
		return nil
	}
	fields := map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(whole))
	for _, _ = d.Token(); d.More(); {
		key, err := d.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return nil
		}
		for _, name := range []string{"id", "ok", "data", "code", "error", "retryAfter"} {
			if strings.EqualFold(key.(string), name) {
				fields[name] = value
			}
		}
	}
	return fields
}

// verdict is what a reply must come to.
func verdict(fields map[string]json.RawMessage) string {
	has := func(name string) bool { return fields[name] != nil }
	is := func(name string, value any) bool {
		return !has(name) || (string(fields[name]) != "null" && json.Unmarshal(fields[name], value) == nil)
	}
	ok := string(fields["ok"])
	wellFormed := is("code", new(string)) && is("error", new(string)) && is("retryAfter", new(float64)) &&
		is("data", &map[string]json.RawMessage{})
	switch {
	case fields == nil || !wellFormed:
		return "malformed"
	case ok == "true" && !has("code") && !has("error"):
		return "accepted"
	case ok == "false" && !has("data"):
		return "refused"
	}
	return "malformed"
}

func FuzzReply(f *testing.F) {
	for name := range vectors {
		f.Add(vector(f, name)[min(headerSize, len(vectors[name])/2):])
	}
	f.Add([]byte(`{"OK":true,"data":{},"Data":{"a":1}}`))
	f.Add([]byte(`{"ok":false,"code":"RATE_LIMITED","error":"wait","retryAfter":1e9}`))
	f.Add([]byte(`{"ok":false,"code":null}`))
	f.Fuzz(func(t *testing.T, frame []byte) {
		var r reply
		err := decodeObject(frame, r.members())
		if err == nil {
			err = r.outcome("get_token", nil)
		}
		got := "accepted"
		if refused, ok := errors.AsType[*ResponseError](err); ok {
			got = "refused"
			if s := refused.RetryAfter.Seconds(); s < 0 || s > 300 || s != float64(int(s)) {
				t.Errorf("retry after %v", refused.RetryAfter)
			}
		} else if broken, ok := errors.AsType[*ProtocolError](err); ok {
			got = "malformed"
			if strings.ContainsAny(broken.Error(), "{}\"\\\x1b\n") {
				t.Errorf("the error quotes: %q", broken)
			}
		} else if err != nil {
			t.Fatalf("an error of type %T", err)
		}
		if want := verdict(readFields(frame)); got != want {
			t.Errorf("%q was %s, want %s", frame, got, want)
		}
	})
}
