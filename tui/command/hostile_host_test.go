package command_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// hostileText is one entry of testdata/hostile.txt.
type hostileText struct{ kind, text string }

// hostileTexts reads the corpus. How much there is of it is a part of what is
// promised, so that it cannot shrink unseen.
func hostileTexts(t *testing.T) (texts []hostileText) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", "hostile.txt"))
	if err != nil {
		t.Fatal(err)
	}
	seen, kinds := map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, quoted, _ := strings.Cut(strings.TrimSpace(line), " ")
		text, err := strconv.Unquote(quoted)
		if err != nil || seen[text] {
			t.Fatalf("%q: broken, or there twice", line)
		}
		seen[text], kinds[kind] = true, true
		texts = append(texts, hostileText{kind, text})
	}
	if len(texts) < 500 || len(kinds) < 34 {
		t.Fatalf("only %d texts of %d kinds", len(texts), len(kinds))
	}
	return texts
}

// perToken is how many texts each field of a token holds.
const perToken = 10

// adversary is a host that says nothing but hostile texts, wherever it can say
// anything. Each is marked by a letter for the field and its number, before or
// behind it, by which it is found again.
//
//	providers  tokens and errors, and one of every text
//	tokens     tok000, tok001, ...: tokens that hold perToken texts in each field, and one of every text
//	errors     e000, e001, ...: each is refused with another text and code
//	removals   r000, r001, ...: tokens of which each removal fails with another text; only for a visit
//	others     refused too
type adversary struct {
	texts   []hostileText
	refuses bool // also the tokens of tokens
	visited bool // by the inspector, which cuts names: the marks stand before them
}

func (a *adversary) marked(letter byte, i int) string {
	mark, text := fmt.Sprintf("%c%d.", letter, i), a.texts[i].text
	if a.visited || i%2 == 0 || len(text) > 100 {
		return mark + text
	}
	return text + mark
}

func (a *adversary) all(letter byte, more ...string) (names []string) {
	for i := range a.texts {
		names = append(names, a.marked(letter, i*137%len(a.texts))) // every kind early
	}
	return append(names, more...)
}

func countedNames(letter string, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("%s%03d", letter, i))
	}
	return names
}

func (a *adversary) tokens() int { return (len(a.texts) + perToken - 1) / perToken }

// answer returns the rest of a reply, without its id.
func (a *adversary) answer(op, provider, bucket string) string {
	number, _ := strconv.Atoi(strings.TrimLeft(bucket, "toker"))
	switch {
	case op == "list_providers":
		own := []string{"tokens", "errors", "removals"}
		if !a.visited {
			own = own[:2]
		}
		return `"ok":true,"data":{"providers":` + jsonList(append(own, a.all('P')...)) + `}`
	case op == "list_buckets" && provider == "tokens":
		return `"ok":true,"data":{"buckets":` + jsonList(a.all('B', countedNames("tok", a.tokens())...)) + `}`
	case op == "list_buckets" && provider == "errors":
		return `"ok":true,"data":{"buckets":` + jsonList(countedNames("e", len(a.texts))) + `}`
	case op == "list_buckets" && provider == "removals":
		return `"ok":true,"data":{"buckets":` + jsonList(countedNames("r", len(a.texts))) + `}`
	case op == "list_buckets":
		return a.refusal('E', numberOf(provider), "")
	case op == "get_token" && provider == "removals":
		return fmt.Sprintf(`"ok":true,"data":{"access_token":"secret","token_type":"Bearer","expiry":%d}`, lately-10*60)
	case op == "remove_token" && provider == "removals":
		return a.refusal('V', number, "INTERNAL_ERROR")
	case op == "get_token" && provider == "tokens" && !a.refuses:
		return `"ok":true,"data":` + a.token(number)
	case op == "remove_token":
		return a.refusal('V', number*perToken, "INTERNAL_ERROR")
	case op == "refresh_token":
		return a.refusal('V', number*perToken, "REAUTH_REQUIRED")
	case provider == "errors":
		return a.refusal('E', number, "")
	}
	return a.refusal('E', number*perToken, "")
}

// numberOf is that of the text in a provider's name.
func numberOf(provider string) (number int) {
	if mark := markPattern.FindStringSubmatch(provider); mark != nil {
		number, _ = strconv.Atoi(mark[2])
	}
	return number
}

func (a *adversary) refusal(letter byte, i int, code string) string {
	i %= len(a.texts)
	if code == "" {
		code = [...]string{a.marked('C', i), "INTERNAL_ERROR", "FORBIDDEN", a.texts[i].text}[i%4]
	}
	return `"ok":false,"code":` + jsonString(code) + `,"error":` + jsonString(a.marked(letter, i))
}

// token is one that expired long ago.
func (a *adversary) token(number int) string {
	first := number * perToken
	field := func(letter byte) (texts []string) {
		for i := first; i < min(first+perToken, len(a.texts)); i++ {
			texts = append(texts, a.marked(letter, i))
		}
		return texts
	}
	var b strings.Builder
	fmt.Fprintf(&b, `{"access_token":"secret","expiry":%d,"token_type":%s,"scope":%s,"account_id":%s,"resource_url":%s`,
		lately-1000*3600, jsonString(strings.Join(field('T'), " ")), jsonString(strings.Join(field('S'), " ")),
		jsonString(strings.Join(field('A'), " ")), jsonString("https://R"+strconv.Itoa(first)+"."+a.texts[first].text))
	for _, name := range field('X') {
		b.WriteString("," + jsonString(name) + ":1")
	}
	return b.String() + "}"
}

// jsonString leaves every byte as it is that may stand in JSON, broken UTF-8 too.
func jsonString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			fmt.Fprintf(&b, `\u%04x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

func jsonList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = jsonString(name)
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// serve speaks to whoever connects.
func (a *adversary) serve(client net.Conn) {
	for {
		var size [4]byte
		if _, err := io.ReadFull(client, size[:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(size[:]))
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		var asked struct {
			ID, Op  string
			Payload struct{ Provider, Bucket string }
		}
		_ = json.Unmarshal(body, &asked)
		reply := `{"v":2,"op":"handshake","ok":true,"data":{"version":2}}`
		if asked.Op != "handshake" {
			reply = `{"v":2,"id":` + jsonString(asked.ID) + `,` + a.answer(asked.Op, asked.Payload.Provider, asked.Payload.Bucket) + `}`
		}
		if _, err := client.Write(frame(reply)); err != nil {
			return
		}
	}
}

// hostile runs an adversary.
func hostile(t *testing.T, a *adversary) (path string) {
	t.Helper()
	return listen(t, a.serve)
}
