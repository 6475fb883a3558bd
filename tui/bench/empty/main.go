// Command empty does nothing: the start and end of any Go program.
package main

func main() {}
