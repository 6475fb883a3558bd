package bare

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

const headerSize = 4

// Key is the payload of a request that names a provider or one of its buckets.
type Key struct {
	Provider string `json:"provider"`
	Bucket   string `json:"bucket,omitempty"`
}

// Token is the data of get_token.
type Token struct {
	AccessToken string  `json:"access_token"`
	IDToken     string  `json:"id_token"`
	Expiry      float64 `json:"expiry"`
	TokenType   string  `json:"token_type"`
	Scope       string  `json:"scope"`
	ResourceURL string  `json:"resource_url"`
	AccountID   string  `json:"account_id"`
}

// Names is the data of list_providers and list_buckets.
type Names struct {
	Providers []string `json:"providers"`
	Buckets   []string `json:"buckets"`
}

// Loop is one connection. Its calls are for one goroutine; the goroutine that
// reads ends with the connection.
type Loop struct {
	stream net.Conn
	frames chan []byte
	failed error // why frames was closed
	last   int   // number of the last request
}

type request struct {
	V       int    `json:"v"`
	ID      string `json:"id,omitempty"`
	Op      string `json:"op"`
	Payload any    `json:"payload"`
}

type versions struct {
	Min int `json:"minVersion"`
	Max int `json:"maxVersion"`
}

type reply[T any] struct {
	ID    string `json:"id"`
	OK    bool   `json:"ok"`
	Data  T      `json:"data"`
	Code  string `json:"code"`
	Error string `json:"error"`
}

// Dial connects to the host at path and shakes hands.
func Dial(path string) (*Loop, error) {
	stream, err := net.Dial("unix", path)
	if err != nil {
		return nil, err
	}
	l := &Loop{stream: stream, frames: make(chan []byte, 64)}
	go l.read()
	if _, err = exchange[struct{}](l, request{V: 2, Op: "handshake", Payload: versions{1, 2}}); err != nil {
		_ = stream.Close()
		return nil, err
	}
	return l, nil
}

// Close ends the connection.
func (l *Loop) Close() error { return l.stream.Close() }

func (l *Loop) read() {
	defer close(l.frames)
	in := bufio.NewReaderSize(l.stream, 64<<10)
	for {
		var header [headerSize]byte
		if _, l.failed = io.ReadFull(in, header[:]); l.failed != nil {
			return
		}
		frame := make([]byte, binary.BigEndian.Uint32(header[:]))
		if _, l.failed = io.ReadFull(in, frame); l.failed != nil {
			return
		}
		l.frames <- frame
	}
}

func (l *Loop) send(r request) error {
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	frame := binary.BigEndian.AppendUint32(make([]byte, 0, headerSize+len(body)), uint32(len(body)))
	_, err = l.stream.Write(append(frame, body...))
	return err
}

// next is a request with an id as long as the real client's.
func (l *Loop) next(op string, payload any) request {
	l.last++
	return request{V: 2, ID: "ABCDEFGHIJKLMNOP" + strconv.Itoa(1_000_000_000+l.last), Op: op, Payload: payload}
}

func receive[T any](l *Loop) (r reply[T], err error) {
	frame, ok := <-l.frames
	if !ok {
		return r, l.failed
	}
	if err = json.Unmarshal(frame, &r); err == nil && !r.OK {
		err = fmt.Errorf("the host refused: %q %q", r.Code, r.Error)
	}
	return r, err
}

func exchange[T any](l *Loop, r request) (T, error) {
	if err := l.send(r); err != nil {
		var none T
		return none, err
	}
	got, err := receive[T](l)
	if err == nil && got.ID != r.ID {
		err = errors.New("a reply to another request")
	}
	return got.Data, err
}

// Call makes one request and waits for its data.
func Call[T any](l *Loop, op string, payload any) (T, error) {
	return exchange[T](l, l.next(op, payload))
}

// Pipeline makes n requests with up to window of them in flight, and hands the
// data of request i to take as it arrives.
func Pipeline[T any](l *Loop, op string, n, window int, payload func(i int) any, take func(i int, data T)) error {
	waiting := make(map[string]int, window)
	for sent, done := 0, 0; done < n; done++ {
		for ; sent < n && sent-done < window; sent++ {
			r := l.next(op, payload(sent))
			waiting[r.ID] = sent
			if err := l.send(r); err != nil {
				return err
			}
		}
		got, err := receive[T](l)
		if err != nil {
			return err
		}
		i, ok := waiting[got.ID]
		if !ok {
			return errors.New("a reply to another request")
		}
		delete(waiting, got.ID)
		take(i, got.Data)
	}
	return nil
}

// Inventory lists everything that the host has, window providers at a time, and
// returns how many buckets there are.
func Inventory(l *Loop, window int) (buckets int, err error) {
	providers, err := Call[Names](l, "list_providers", struct{}{})
	if err != nil {
		return 0, err
	}
	err = Pipeline(l, "list_buckets", len(providers.Providers), window,
		func(i int) any { return Key{Provider: providers.Providers[i]} },
		func(_ int, data Names) { buckets += len(data.Buckets) })
	return buckets, err
}
