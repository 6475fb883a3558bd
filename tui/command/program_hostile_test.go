package command_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"credscope/socket"
	"credscope/tui/terminal"
)

// Each holds what acts on a terminal and a word by which it is found.
const (
	evilColour = "\x1b[31;5;7mpaint"
	evilCopy   = "\x1b]52;c;UFdORUQ=\acopy"
	evilTitle  = "\x1b]0;owned\x1b\\title"
	evilC1     = "\u009b31;5;7mcontrol\u009d0;owned\u009c"
	evilBidi   = "\u202egnp\u2066\u200b\u200fturn"
	evilLines  = "line\r\n\tbreak\x7f\x00\x08"
	evil       = evilColour + evilCopy + evilTitle + evilC1 + evilBidi + evilLines
)

// lately is when the tokens of the hostile host expired. Less than an hour ago is
// counted in seconds.
var lately = time.Now().Add(-40 * time.Minute).Unix()

// hostileHost answers with texts that would act on a terminal.
func hostileHost(ctx context.Context, call socket.Call) (any, error) {
	var asked struct{ Provider, Bucket string }
	if err := json.Unmarshal(call.Payload, &asked); err != nil {
		return nil, err
	}
	switch {
	case call.Op == "list_providers":
		return map[string]any{"providers": []string{"codex", evilColour, evilCopy, evilTitle, evilC1, evilBidi, evilLines}}, ctx.Err()
	case call.Op == "list_buckets":
		return map[string]any{"buckets": []string{"work", "b", "c", "d", evilColour, evilCopy, evilTitle, evilC1, evilBidi, evilLines}}, nil
	case call.Op == "get_token" && asked.Bucket == "b":
		return nil, &socket.ResponseError{Code: "INTERNAL_ERROR", Message: evil}
	case call.Op == "get_token" && asked.Bucket == "c":
		return nil, &socket.ResponseError{Code: evil, Message: evil}
	case call.Op == "get_token" && asked.Bucket == "d":
		return nil, &socket.ResponseError{Code: "FORBIDDEN", Message: evil}
	case call.Op == "get_token":
		return map[string]any{
			"access_token": "secret", "token_type": evil, "scope": evil, "resource_url": "https://" + evil + "/v1",
			"account_id": evil, "expiry": lately, evil: evil,
		}, nil
	}
	return nil, &socket.ResponseError{Code: "FORBIDDEN", Message: evil}
}

func serveHostile(t *testing.T) (path string) {
	t.Helper()
	path = socketPath(t)
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- socket.Serve(ctx, listener, socket.HandlerFunc(hostileHost), socket.ServeOptions{}) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return path
}

// filterBy filters the list of buckets.
func filterBy(term *terminal.Terminal, text string) {
	term.Press("/")
	term.See("clear the filter")
	term.Type(text)
	term.See("/ " + text)
	term.Press("enter")
	term.SeeNot("clear the filter")
}

// harmless makes sure that output holds nothing of the host's that would act.
func harmless(t *testing.T, output string) {
	t.Helper()
	for _, sequence := range []string{"\x1b[31;5;7m", "\x1b]52;c;UFdO", "\x1b]0;", "\x1b]2;", "\x7f", "\x00"} {
		if strings.Contains(output, sequence) {
			t.Errorf("the output holds %q", sequence)
		}
	}
	for i, r := range output {
		acts := r >= 0x80 && r < 0xa0 || unicode.Is(unicode.Cf, r)
		_, size := utf8.DecodeRuneInString(output[i:])
		if acts || r == utf8.RuneError && size == 1 {
			t.Fatalf("the output holds %U: %q", r, output[max(0, i-40):min(len(output), i+40)])
		}
	}
}

func untouched(t *testing.T, term *terminal.Terminal) {
	t.Helper()
	harmless(t, string(term.Raw()))
	if found := acts(string(term.Raw()), true); found != "" {
		t.Error(found)
	}
	if term.Title() != "" || len(term.Clipboard()) > 0 {
		t.Errorf("the title is %q, the clipboard %q", term.Title(), term.Clipboard())
	}
}

func TestHostileNamesAndTextsDoNotAct(t *testing.T) {
	t.Parallel()
	term := start(t, wide(from(serveHostile(t))...))
	// A name is shown with what it holds, so that nothing hides.
	term.SeeAll("codex", `\u{1B}[31;5;7mpaint`, `\u{1B}]52;c;UFdORUQ=\u{7}copy`, `\u{9B}31;5;7mcontrol`, `\u{202E}gnp`)
	filterBy(term, "codex")
	term.Press("g")
	seeRow(term, "work", "expired")
	seeRow(term, "d", "denied")
	for range 10 { // whatever the names, each is opened
		term.Press("enter", "r", "esc", "j")
	}
	term.Press("*")
	question(term)
	term.See(`Type "remove 4"`)
	term.Press("esc", "esc", "esc")
	term.Type("/paint\rx")
	term.See("Invalid name, which hosts refuse")
	term.Press("esc", "g", "j", "3", "j", "G", "1", "/")
	term.Paste(evil)
	term.Press("esc", "G", "k", "k", "?", "!", "esc")
	for _, size := range [][2]int{{80, 24}, {60, 15}, {30, 10}, {200, 40}} {
		term.Resize(size[0], size[1])
		term.See("codex")
	}
	term.Press("ctrl+c")
	ends(t, term, 0)
	untouched(t, term)
}

func TestHostileVerdictDoesNotAct(t *testing.T) {
	t.Parallel()
	term := start(t, wide(from(serveHostile(t))...))
	term.See("codex")
	filterBy(term, "codex/work")
	seeRow(term, "work", "expired")
	removeStale(term)
	term.SeeAll("codex/work: refused by the host", `\u{1B}`)
	leave(t, term, 0)
	untouched(t, term)
	if !strings.Contains(term.Primary(), "refused by the host") {
		t.Errorf("the ledger says %q", term.Primary())
	}
}

func TestHostileHandshakeDoesNotAct(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]map[string]any{
		"refusal":      {"v": 2, "op": "handshake", "ok": false, "code": evil, "error": evil},
		"unauthorized": {"v": 2, "op": "handshake", "ok": false, "code": "UNAUTHORIZED", "error": evil},
		"version":      {"v": 2, "op": "handshake", "ok": true, "data": map[string]any{"version": evil}},
	} {
		seen := `[31;5;7mpaint`
		if name == "version" {
			seen = "version is not a number" // and is not shown
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := json.Marshal(answer)
			if err != nil {
				t.Fatal(err)
			}
			path := listen(t, func(client net.Conn) {
				_, _ = client.Write(frame(string(body)))
				_, _ = io.Copy(io.Discard, client)
			})
			term := start(t, wide(from(path)...))
			term.See(seen)
			leave(t, term, 2)
			untouched(t, term)
			stdout, stderr, code := piped(t, from(path))
			if code != 2 || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			harmless(t, stderr)
		})
	}
}
