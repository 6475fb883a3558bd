package store_test

import (
	"fmt"
	"strings"
	"testing"
)

// fieldsOfATokenAnd returns a token's JSON with n more fields of different names.
func fieldsOfATokenAnd(n int) string {
	var b strings.Builder
	b.WriteString(`{"access_token":"4815162342","expiry":5`)
	for i := range n {
		fmt.Fprintf(&b, `,"4815162342 %d":null`, i)
	}
	return b.String() + "}"
}

func TestATokenMayHaveAThousandFields(t *testing.T) {
	token, err := received(t, fieldsOfATokenAnd(998))
	if err != nil || len(token.Metadata().Dropped) != 999 {
		t.Errorf("%d names, %v", len(token.Metadata().Dropped), err)
	}
	for _, n := range []int{999, 5000, 100_000} {
		data := fieldsOfATokenAnd(n)
		_, err := received(t, data)
		isMalformed(t, err, "get_token", "the token has over 1000 fields")
		quotesNothing(t, data, err)
	}
}

func TestOneNameManyTimesIsOneField(t *testing.T) {
	token, err := received(t, `{"access_token":"t","expiry":5`+strings.Repeat(`,"more":0`, 900)+`}`)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "dropped", token.Metadata().Dropped, []string{"access_token", "more"})
}

func TestTheNameOfAFieldHasALimit(t *testing.T) {
	const limit = 8 << 10
	for size, fits := range map[int]bool{0: true, limit: true, limit + 1: false} {
		data := fmt.Sprintf(`{"access_token":"t","expiry":5,"%s":0}`, strings.Repeat("4815162342", limit/10+1)[:size])
		_, err := received(t, data)
		if fits && err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if !fits {
			isMalformed(t, err, "get_token", "the name of a field is over 8 KiB")
			quotesNothing(t, data, err)
		}
	}
}
