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
	"time"

	"credscope/socket"
	"credscope/store"
	"credscope/store/demo"
)

const (
	socketVariable = "CREDSCOPE_TEST_SOCKET"
	maskedVariable = "CREDSCOPE_TEST_MASKED" // what to search for, with every bit inverted
)

// renewals is how many tokens are renewed after the checks.
const renewals = 40

func init() { children["memory"] = checkAndSearch }

// searchResult is what the child found in its own memory.
type searchResult struct {
	Checked, Refused   int
	Renewed            int
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
	var got searchResult
	result := runChild(t, "memory", []string{
		socketVariable + "=" + h.Path(), maskedVariable + "=" + hex.EncodeToString(masked),
		// The runtime preempts goroutines by signals. The kernel then saves the
		// vector registers, with the last copy that went through them, on a stack
		// that cannot be wiped.
		"GODEBUG=asyncpreemptoff=1",
	})
	if err := json.Unmarshal([]byte(result), &got); err != nil {
		t.Fatalf("%q: %v", result, err)
	}
	if got.Checked != 180 || got.Refused != 20 || got.Renewed != renewals || got.Searched < 1<<20 {
		t.Errorf("not what was to be done: %+v", got)
	}
	if n, renewed := h.Count("get_token"), h.Count("refresh_token"); n != 201+renewals || renewed != renewals {
		t.Errorf("asked for %d tokens and %d renewals", n, renewed)
	}
	if got.Hits != 0 {
		t.Errorf("secrets were found %d times", got.Hits)
	}
	if got.HitsWhenKept == 0 {
		t.Error("a secret kept on purpose was not found: the search finds nothing")
	}
}

// leakyHost runs a host that puts a different secret, made of copies of mark, into every
// token: in fields that are kept, dropped, doubled, escaped, mistyped and very long, in
// texts that are shown, and in names of fields.
func leakyHost(t *testing.T, mark string) *demo.Host {
	t.Helper()
	var mu sync.Mutex
	asked := 0
	hook := func(_ context.Context, call demo.Call, answer func() (any, error)) (any, error) {
		if call.Op != "get_token" && call.Op != "refresh_token" {
			return answer()
		}
		mu.Lock()
		defer mu.Unlock()
		asked++
		secret := func(field string) string {
			return strings.Repeat(fmt.Sprintf(`%s\/%s\u002d%d`, mark, field, asked), 3+asked%40/39*1000)
		}
		mistyped := `{"` + secret("key") + `":"` + secret("value") + `"}`
		texts := fmt.Sprintf(`"token_type":"%s","scope":"openid %s","account_id":%s`, secret("id"), secret("access"), mistyped)
		expiry := "1893456000"
		switch asked % 10 {
		case 0:
			return json.RawMessage(`{"access_token":` + mistyped + `,` + texts + `}`), nil
		case 1, 2:
			expiry = mistyped
		case 3, 4:
			expiry = `"` + secret("expiry") + `"`
		}
		names := fmt.Sprintf(`"%s":0,"x%sx":0,"Refresh_Token":"%s"`, secret("refresh"), secret("other"), secret("other"))
		address := fmt.Sprintf(`"resource_url":"https://%s@a.example?k=%s"`, mark, secret("access"))
		return json.RawMessage(fmt.Sprintf(
			`{%s,%s,%s,"access_token":%q,"access_token":"%s","id_token":"%s","refresh_token":"%s","more":{"deep":["%s"]},"expiry":%s}`,
			texts, names, address, "first "+mark+mark+mark, secret("access"), secret("id"), secret("refresh"), secret("deep"), expiry)), nil
	}
	return demo.ForTest(t, demo.Options{Scenario: "large", Hook: hook})
}

// checkAndSearch is the child: it checks tokens, searches its memory, keeps one secret
// on purpose and searches again.
func checkAndSearch(out io.Writer) error {
	s := store.NewProxyTokenStore(os.Getenv(socketVariable), store.Options{})
	defer func() { _ = s.Close() }()
	var found searchResult
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

func (f *searchResult) look(s *store.ProxyTokenStore) error {
	providers, err := s.ListProviders(context.Background())
	if err != nil {
		return err
	}
	if len(providers) != 200 {
		return fmt.Errorf("%d providers", len(providers))
	}
	var mu sync.Mutex
	var checks sync.WaitGroup
	slots := make(chan struct{}, socket.MaxInFlight)
	for i, provider := range providers {
		slots <- struct{}{}
		checks.Go(func() {
			defer func() { <-slots }()
			err := checkOnce(s, store.Key{Provider: provider}, i%3 == 0)
			mu.Lock()
			defer mu.Unlock()
			if f.Checked++; err != nil {
				f.Checked--
				f.Refused++
			}
		})
	}
	checks.Wait()
	for _, provider := range providers[:renewals] {
		o := store.NewRenewer(s).Renew(context.Background(), store.Renewal{Key: store.Key{Provider: provider}, Now: time.Now})
		if o.Verdict == store.Unknown { // an expiry that says nothing
			f.Renewed++
		}
	}
	return nil
}

// checkOnce checks a token, or reads it and saves it back.
func checkOnce(s *store.ProxyTokenStore, key store.Key, save bool) error {
	if !save {
		_, err := s.Check(context.Background(), key)
		return err
	}
	token, _, err := s.GetToken(context.Background(), key)
	if err != nil {
		return err
	}
	defer token.Wipe()
	return s.SaveToken(context.Background(), key, token)
}

// search counts the occurrences of the mark in this process's memory. It makes another
// request first, so that the frame of the last secret has been released.
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
	needle := own[chunk : chunk+length] // the only copy
	for i := range needle {
		needle[i] = ^needle[i]
	}
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = memory.Close() }()
	regions, err := residentRegions()
	for _, r := range regions {
		for at := r.start; at < r.end; at += int64(chunk - length + 1) {
			n, readErr := memory.ReadAt(own[:min(chunk, r.end-at)], at)
			hits += bytes.Count(own[:n], needle)
			size += n
			if readErr != nil {
				break // unmapped in the meantime
			}
		}
	}
	return hits, size, err
}

type region struct{ start, end int64 }

// residentRegions returns the readable pages that are in memory, without shared
// mappings, such as the buffer of search, and the kernel's pages.
func residentRegions() ([]region, error) {
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
