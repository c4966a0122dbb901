package app

import (
	"bytes"
	"io"
	"os"
	"testing"
)

// The committed description is what clients are generated from.
func TestTheCommittedAPIDescriptionIsFresh(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("../docs/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if code := Main([]string{"openapi"}, &got, io.Discard); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Fatal("docs/api/openapi.json is old: run make api")
	}
}
