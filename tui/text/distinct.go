package text

import (
	"strconv"
	"strings"
)

// CutDistinct shortens names that are drawn together, names[i] to cells[i] cells.
// Different names that would look alike get a number at their end: "~1", "~2".
func CutDistinct(names []string, cells []int, ellipsis string) []string {
	short := make([]string, len(names))
	for i, name := range names {
		short[i] = CutMiddle(name, cells[i], ellipsis)
	}
	for _, group := range lookAlikes(short, names) {
		suffix := len("~") + len(strconv.Itoa(len(group)))
		for _, i := range group {
			short[i] = CutMiddle(names[i], max(0, cells[i]-suffix), ellipsis)
		}
	}
	return Number(short, names)
}

// Number appends "~1", "~2" to equal short forms of different names.
func Number(short, names []string) []string {
	for _, group := range lookAlikes(short, names) {
		numbers := map[string]int{} // by name
		for _, i := range group {
			if numbers[names[i]] == 0 {
				numbers[names[i]] = len(numbers) + 1
			}
			short[i] += "~" + strconv.Itoa(numbers[names[i]])
		}
	}
	return short
}

// lookAlikes returns the indexes of equal short forms of different names, in groups.
func lookAlikes(short, names []string) (groups [][]int) {
	byForm := map[string][]int{}
	differ := map[string]bool{}
	var forms []string // in order of appearance
	for i, form := range short {
		if len(byForm[form]) == 0 {
			forms = append(forms, form)
		} else if names[byForm[form][0]] != names[i] {
			differ[form] = true
		}
		byForm[form] = append(byForm[form], i)
	}
	for _, form := range forms {
		if differ[form] {
			groups = append(groups, byForm[form])
		}
	}
	return groups
}

// Shorten hides a name: it keeps the first letter, and that of an address's domain.
func Shorten(name, ellipsis string) string {
	user, domain, isAddress := strings.Cut(name, "@")
	short := Cut(user, 1, "") + ellipsis
	if isAddress {
		short += "@" + Cut(domain, 1, "") + ellipsis
	}
	return short
}
