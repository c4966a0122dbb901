package story

import "testing"

func TestAll(t *testing.T) {
	d, err := All()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(d), d[8].Episodes[1])
}
