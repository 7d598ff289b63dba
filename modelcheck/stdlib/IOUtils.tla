------------------------------ MODULE IOUtils -------------------------------
(***************************************************************************)
(* Files, other programs, and the environment of the run.                  *)
(***************************************************************************)
LOCAL INSTANCE Integers
LOCAL INSTANCE Sequences
LOCAL INSTANCE TLC

\* What a program that has ended leaves behind.
LOCAL Ended == [exitValue : Int, stdout : STRING, stderr : STRING]

-----------------------------------------------------------------------------
\* Files.

\* Writes a value to a file, in the checker's own format; true.
IOSerialize(val, absoluteFilename, compress) == TRUE

\* The value that such a file holds.
IODeserialize(absoluteFilename, compressed) == CHOOSE v : TRUE

\* Writes a value to a file.  options.format says how: "TXT" writes a string
\* as it is; options.charset and options.openOptions are as for files in
\* Java.  The result has the form of a program's.
Serialize(value, dest, options) == CHOOSE r : r \in Ended

\* Reads a value from such a file.
Deserialize(src, options) == CHOOSE v : TRUE

-----------------------------------------------------------------------------
\* Programs.

\* Runs the program command[1] with the arguments command[2] and so on.
IOExec(command) == CHOOSE r : r \in Ended

\* The same, with environment variables from env, a record or a set of pairs.
IOEnvExec(env, command) == CHOOSE r : r \in Ended

\* Runs a command in whose parts %s, or %1$s, %2$s and so on, stand for the
\* parameters.
IOExecTemplate(commandTemplate, parameters) == CHOOSE r : r \in Ended

\* Both together.
IOEnvExecTemplate(env, commandTemplate, parameters) == CHOOSE r : r \in Ended

\* The environment variables of the run, a function from names to strings.
IOEnv == CHOOSE e : DOMAIN e \subseteq STRING

-----------------------------------------------------------------------------
\* Numbers and texts.

\* The integer with the text str.
\* Example: atoi("42") = 42 /\ atoi("-17") = -17
atoi(str) == CHOOSE i \in Int : ToString(i) = str

\* The text of the natural number n, filled up with zeros to width letters.
\* Example: zeroPadN(42, 5) = "00042" /\ zeroPadN(123, 2) = "123"
zeroPadN(n, width) ==
  LET RECURSIVE fill(_)
      fill(t) == IF Len(t) \geq width THEN t ELSE fill("0" \o t)
  IN  fill(ToString(n))
=============================================================================
