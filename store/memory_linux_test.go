package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

const (
	socketVariable = "CREDSCOPE_TEST_SOCKET"
	maskedVariable = "CREDSCOPE_TEST_MASKED" // what to look for, every bit of it inverted
)

func init() { children["memory"] = lookAndSearch }

// searched is what the child found in its own memory.
type searched struct {
	Looked, Refused    int
	Searched           int // bytes
	Hits, HitsWhenKept int
}

func TestNoSecretStaysInMemory(t *testing.T) {
	mark := make([]byte, 32)
	_, _ = rand.Read(mark) // crypto/rand does not fail
	h := leakyHost(t, hex.EncodeToString(mark))
	masked := []byte(hex.EncodeToString(mark))
	for i := range masked {
		masked[i] = ^masked[i]
	}
	var got searched
	result := child(t, "memory", []string{
		socketVariable + "=" + h.Path(), maskedVariable + "=" + hex.EncodeToString(masked),
		// The signals by which the runtime preempts have the kernel save the
		// vector registers, and whatever copy went through them last, on a stack
		// that no program can wipe.
		"GODEBUG=asyncpreemptoff=1",
	})
	if err := json.Unmarshal([]byte(result), &got); err != nil {
		t.Fatalf("%q: %v", result, err)
	}
	if got.Looked != 180 || got.Refused != 20 || got.Searched < 1<<20 {
		t.Errorf("not what was to be done: %+v", got)
	}
	if n := h.Count("get_token"); n != 201 {
		t.Errorf("asked for %d tokens", n)
	}
	if got.Hits != 0 {
		t.Errorf("secrets were found %d times", got.Hits)
	}
	if got.HitsWhenKept == 0 {
		t.Error("a secret kept on purpose was not found: the search finds nothing")
	}
}

// leakyHost has a secret of its own for each token, which repeats mark, in
// fields that are kept, dropped, doubled, escaped, mistyped and very long.
func leakyHost(t *testing.T, mark string) *demo.Host {
	t.Helper()
	var mu sync.Mutex
	asked := 0
	hook := func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != "get_token" {
			return answer()
		}
		mu.Lock()
		defer mu.Unlock()
		asked++
		secret := func(field string) string {
			return strings.Repeat(fmt.Sprintf(`%s\/%s\u002d%d`, mark, field, asked), 3+asked%40/39*1000)
		}
		expiry := "1893456000"
		if asked%10 == 0 {
			expiry = `{"` + secret("key") + `":"` + secret("value") + `"}`
		}
		return json.RawMessage(fmt.Sprintf(
			`{"access_token":%q,"access_token":"%s","id_token":"%s","refresh_token":"%s","more":{"deep":["%s"]},"expiry":%s,"token_type":"Bearer"}`,
			"first "+mark+mark+mark, secret("access"), secret("id"), secret("refresh"), secret("deep"), expiry)), nil
	}
	h, err := demo.Start(demo.Options{Scenario: "large", Hook: hook})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	return h
}

// lookAndSearch is the child: it looks at tokens, searches its memory, keeps
// one and searches again.
func lookAndSearch(out io.Writer) error {
	s := store.NewProxyTokenStore(os.Getenv(socketVariable), socket.Options{})
	defer func() { _ = s.Close() }()
	var found searched
	if err := found.look(s); err != nil {
		return err
	}
	var err error
	if found.Hits, found.Searched, err = search(s); err != nil {
		return err
	}
	token, _, err := s.GetToken(context.Background(), store.Key{Provider: "provider-001"})
	if err != nil {
		return err
	}
	kept := string(token.AccessToken.Bytes())
	token.Wipe()
	if found.HitsWhenKept, _, err = search(s); err != nil {
		return err
	}
	runtime.KeepAlive(kept)
	return json.NewEncoder(out).Encode(found)
}

func (f *searched) look(s *store.ProxyTokenStore) error {
	providers, err := s.ListProviders(context.Background())
	if err != nil {
		return err
	}
	if len(providers) != 200 {
		return fmt.Errorf("%d providers", len(providers))
	}
	var mu sync.Mutex
	var looks sync.WaitGroup
	slots := make(chan struct{}, store.MaxInFlight)
	for i, provider := range providers {
		slots <- struct{}{}
		looks.Go(func() {
			defer func() { <-slots }()
			err := lookOnce(s, store.Key{Provider: provider}, i%3 == 0)
			mu.Lock()
			defer mu.Unlock()
			if f.Looked++; err != nil {
				f.Looked--
				f.Refused++
			}
		})
	}
	looks.Wait()
	return nil
}

// lookOnce looks at a token; in one of the ways it also sends it back.
func lookOnce(s *store.ProxyTokenStore, key store.Key, save bool) error {
	if !save {
		_, err := s.Look(context.Background(), key)
		return err
	}
	token, _, err := s.GetToken(context.Background(), key)
	if err != nil {
		return err
	}
	defer token.Wipe()
	return s.SaveToken(context.Background(), key, token)
}

// search counts what is looked for in this process's memory. One more answer
// has come by then, so that the last secret's frame has been released.
func search(s *store.ProxyTokenStore) (hits, size int, err error) {
	if _, err := s.ListBuckets(context.Background(), "provider-000"); err != nil {
		return 0, 0, err
	}
	const chunk = 4 << 20
	own, err := syscall.Mmap(-1, 0, chunk+4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_ANON)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = syscall.Munmap(own) }()
	defer clear(own)
	length, err := hex.Decode(own[chunk:], []byte(os.Getenv(maskedVariable)))
	if err != nil || length == 0 {
		return 0, 0, fmt.Errorf("nothing to search for: %w", err)
	}
	needle := own[chunk : chunk+length] // only here and in the buffer does it exist
	for i := range needle {
		needle[i] = ^needle[i]
	}
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = memory.Close() }()
	regions, err := present()
	for _, r := range regions {
		for at := r.start; at < r.end; at += int64(chunk - length + 1) {
			n, readErr := memory.ReadAt(own[:min(chunk, r.end-at)], at)
			hits += bytes.Count(own[:n], needle)
			size += n
			if readErr != nil {
				break // unmapped meanwhile
			}
		}
	}
	return hits, size, err
}

type region struct{ start, end int64 }

// present returns the pages that are in memory. What is mapped shared, such as
// the search's own buffer, and the kernel's pages are left out.
func present() ([]region, error) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return nil, err
	}
	pages, err := os.Open("/proc/self/pagemap")
	if err != nil {
		return nil, err
	}
	defer func() { _ = pages.Close() }()
	var found []region
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, "/dev/zero") || strings.Contains(line, "[v") {
			continue
		}
		var r region
		var mode string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &r.start, &r.end, &mode); err != nil {
			return nil, err
		}
		const shadow = 64 << 30 // the race detector's; nothing else is as large
		if mode[0] != 'r' || r.end-r.start > shadow {
			continue
		}
		found = append(found, r.resident(pages)...)
	}
	return found, nil
}

// resident returns the parts of r whose pages are in memory or swapped out.
func (r region) resident(pages io.ReaderAt) (parts []region) {
	size := int64(os.Getpagesize())
	entries := make([]byte, 8*(r.end-r.start)/size)
	if _, err := pages.ReadAt(entries, 8*r.start/size); err != nil {
		return []region{r}
	}
	for at := r.start; at < r.end; at += size {
		if binary.LittleEndian.Uint64(entries[8*(at-r.start)/size:])>>62 == 0 {
			continue
		}
		if last := len(parts) - 1; last >= 0 && parts[last].end == at {
			parts[last].end += size
		} else {
			parts = append(parts, region{at, at + size})
		}
	}
	return parts
}
