package tui

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	tea "charm.land/bubbletea/v2"

	"credscope/socket"
	"credscope/store"
)

const canary = "4815162342"

// canaries are the kinds of JSON that can hold a canary, and some that are no JSON.
var canaries = []string{
	canary, "-" + canary, canary + "e-3", canary + "e999", `"` + canary + `"`, `"\u0034815162342"`, `["` + canary + `"]`,
	`{"` + canary + `":` + canary + `}`, `[[[{"a":"` + canary + `"}]]]`, `"\x` + canary + `"`, `"` + canary, canary + "x", "{" + canary + "}",
}

// wrongReplies are malformed replies to an operation, ID in place of the id.
// What is quoted on purpose, a refusal's texts and a version's number, is not
// among them.
func wrongReplies(op string) []string {
	inside := map[string][]string{
		"handshake": {"version"}, "list_providers": {"providers"}, "list_buckets": {"buckets"}, "remove_token": {"removed"},
		"get_token": {"access_token", "expiry", "token_type", "scope", "account_id", "resource_url", "refresh_token", canary},
	}[op]
	begin := `{"id":"ID","ok":`
	if op == "handshake" {
		begin = `{"v":2,"op":"handshake","ok":`
	}
	var all []string
	for _, kind := range canaries {
		word := strings.HasPrefix(kind, `"`)
		for _, field := range inside {
			if op == "handshake" && !word {
				continue
			}
			all = append(all, fmt.Sprintf(`%strue,"data":{%q:%s}}`, begin, field, kind))
		}
		for _, field := range []string{"id", "v", "op", "ok", "data", "code", "error", "retryAfter", canary} {
			all = append(all, fmt.Sprintf(`%strue,%q:%s}`, begin, field, kind))
			if !word || field != "code" && field != "error" {
				all = append(all, fmt.Sprintf(`%sfalse,"code":"X","error":"x",%q:%s}`, begin, field, kind))
			}
		}
		all = append(all, kind, begin+kind, begin+`true,"data":{}}`+kind)
	}
	return all
}

// wrongHost is a host that answers well but for one operation.
func wrongHost(op, wrong string) func(context.Context, string) (net.Conn, error) {
	good := map[string]string{
		"list_providers": `{"providers":["codex"]}`, "list_buckets": `{"buckets":["default"]}`,
		"get_token": `{"access_token":"t","expiry":1,"token_type":"Bearer"}`, "remove_token": `{}`,
	}
	return func(context.Context, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer func() { _ = theirs.Close() }()
			for {
				frame, err := receive(theirs)
				if err != nil {
					return
				}
				var a asking
				_ = json.Unmarshal(frame, &a) // ours, and well-formed
				reply := fmt.Sprintf(`{"id":"ID","ok":true,"data":%s}`, good[a.Op])
				switch a.Op {
				case op:
					reply = wrong
				case "handshake":
					reply = `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`
				}
				if _, err := theirs.Write(framed(strings.ReplaceAll(reply, "ID", a.ID))); err != nil {
					return
				}
			}
		}()
		return ours, nil
	}
}

// failures lets every operation run and returns those that failed.
func failures(ctx context.Context, s *store.ProxyTokenStore) []store.Outcome {
	key := keyOf(codex)
	_, providers := s.ListProviders(ctx)
	_, buckets := s.ListBuckets(ctx, key.Provider)
	look, looked := s.Look(ctx, key)
	all := []store.Outcome{s.RemoveVerified(ctx, store.Removal{Key: key})}
	for _, err := range []error{providers, buckets, looked, look.Refusal} {
		all = append(all, store.Outcome{Key: key, Verdict: store.Unknown, Err: err})
	}
	failed := all[:0]
	for _, o := range all {
		if o.Err != nil {
			failed = append(failed, o)
		}
	}
	return failed
}

// everythingSaid is all that the program says of a failure, wherever it says it.
func everythingSaid(t *testing.T, m *Model, o store.Outcome) string {
	t.Helper()
	m.failedAbout(o.Key.String(), o.Err)
	m.inv.err = o.Err
	r := Report{At: testNow, StaleAfter: store.DefaultStaleAfter}
	row := Row{Key: o.Key, Listed: true, Err: o.Err}
	document, err := json.Marshal([]any{r.Head("list", nil, Explain(o.Err)), r.Bucket(row), r.Shown(row)})
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	if err := r.WriteTable(&table, []Row{row}); err != nil {
		t.Fatal(err)
	}
	said := []string{
		explain(o.Err).sentence(), Explain(o.Err), o.Err.Error(), LedgerLine(o), table.String(), r.Details(row), string(document),
		r.Steps([]Step{{Name: "handshake", Evidence: o.Err.Error()}}), m.status.last.text, strings.Join(m.frame(), "\n"),
	}
	for _, record := range m.status.history {
		said = append(said, record.text())
	}
	m.page = historyPage
	return strings.Join(append(said, m.frame()...), "\n")
}

func TestNothingThatIsSaidQuotesAMalformedReply(t *testing.T) {
	for _, op := range []string{"handshake", "list_providers", "list_buckets", "get_token", "remove_token"} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			failed := 0
			for _, wrong := range wrongReplies(op) {
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					s := store.NewProxyTokenStore("/somewhere/host.sock", socket.Options{
						Dial: wrongHost(op, wrong), Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
					})
					defer func() { _ = s.Close() }()
					m := New(t.Context(), s, Options{Now: testClock, Zone: testNow.Location(), StaleAfter: store.DefaultStaleAfter})
					m.Update(tea.WindowSizeMsg{Width: 120, Height: 30})
					for _, o := range failures(t.Context(), s) {
						failed++
						if said := everythingSaid(t, m, o); strings.Contains(said, canary) {
							t.Errorf("%s is quoted:\n%s", wrong, said)
						}
					}
					_ = s.Close() // nobody writes to the log any more
					if log.Len() == 0 || strings.Contains(log.String(), canary) {
						t.Errorf("%s: the log says\n%s", wrong, log.String())
					}
				})
			}
			if failed < 100 {
				t.Errorf("only %d failures", failed)
			}
		})
	}
}
