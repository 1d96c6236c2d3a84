//! Every error code of the language, with an example that produces it.

/// One error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// Stable name such as `E0203`.
    pub code: &'static str,
    /// What it stands for.
    pub title: &'static str,
    /// An expression (or a template, if it has `{{`) that is answered with this code.
    pub example: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

/// Every code, in order.
///
/// `E01xx` are about the text, `E02xx` about names, `E03xx` about null and missing, `E05xx` about
/// types and values, `E06xx` about arithmetic, `E07xx` about limits. `E04xx` about secrets. Some are found only with types, before the run.
#[must_use]
pub fn codes() -> &'static [Code] {
    TABLE
}

/// What is known of one code.
///
/// ```
/// assert_eq!(nebula_expression::explain("E0602").map(|c| c.example), Some("1 / 0"));
/// ```
#[must_use]
pub fn explain(code: &str) -> Option<&'static Code> {
    TABLE.iter().find(|known| known.code == code)
}

macro_rules! codes {
    ($($name:ident $code:literal $title:literal, $example:literal => $instead:literal;)*) => {
        $(#[doc = $title] pub(crate) const $name: &str = $code;)*
        static TABLE: &[Code] = &[
            $(Code { code: $code, title: $title, example: $example, instead: $instead },)*
        ];
    };
}

codes! {
    UNKNOWN_CHARACTER "E0101" "a character that is not part of the language", "$input.a # 1" => "$input.a";
    UNEXPECTED "E0102" "something else was expected here", "1 +" => "1 + 2";
    OPEN_STRING "E0103" "a string without a closing quote", "'abc" => "'abc'";
    BAD_ESCAPE "E0104" "an unknown escape in a string", r#""C:\dir""# => r#""C:\\dir""#;
    BAD_NUMBER "E0105" "a number that cannot be read or is too large", "12abc" => "12";
    OPEN_BRACKET "E0106" "a bracket without its partner", "(1 + 2" => "(1 + 2)";
    FOREIGN_OPERATOR "E0107" "an operator of another language", "$input.a = 1" => "$input.a == 1";
    CHAINED_COMPARISON "E0108" "comparisons cannot be chained", "1 < $input.a < 3" => "1 < $input.a && $input.a < 3";
    EMPTY "E0109" "there is no expression", " " => "null";
    DUPLICATE_KEY "E0110" "a key given twice in an object", "{a: 1, a: 2}" => "{a: 1, b: 2}";
    OPEN_TEMPLATE "E0111" "`{{` without `}}`", "Hello {{ $input.s" => "Hello {{ $input.s }}";
    TEMPLATE_HERE "E0112" "a template where an expression is expected", "{{ $input.a }}" => "$input.a";
    OPTIONAL_CALL "E0113" "`?.` cannot call a function", "$input.s?.size()" => "size($input.nick ?? \"\")";
    UNKNOWN_ROOT "E0201" "a root that does not exist", "$imput.a" => "$input.a";
    UNKNOWN_NAME "E0202" "a name that means nothing on its own", "input.a" => "$input.a";
    MISSING_FIELD "E0203" "a field that the object does not have", "$input.emial" => "$input.email";
    UNKNOWN_FUNCTION "E0204" "a function that does not exist", "siz($input.list)" => "size($input.list)";
    ARGUMENT_COUNT "E0205" "a function called with too few or too many arguments", "size()" => "size($input.list)";
    INCOMPLETE_NODE "E0206" "a node without the word for what is read of it", "$nodes.fetch" => "$nodes.fetch.result";
    UNKNOWN_NODE_FIELD "E0207" "a node has no such field", "$nodes.fetch.output" => "$nodes.fetch.result";
    UNKNOWN_ROOT_FIELD "E0208" "a root has no such field", "$execution.started" => "$execution.started_at";
    DYNAMIC_NODE "E0209" "a node must be named in the text", "$nodes[$input.a].result" => "$nodes.fetch.result";
    UNKNOWN_NODE "E0210" "a node that does not exist", "$nodes.fetsh.result" => "$nodes.fetch.result";
    NULL "E0301" "null where a value is needed", "$input.nothing + 1" => "($input.nothing ?? 0) + 1";
    NO_ROOT "E0302" "a root that is not available here", "$item" => "$item ?? null";
    NO_NODE_RESULT "E0303" "a node that has no result", "$nodes.skipped.result.a" => "$nodes.skipped.result?.a";
    OUT_OF_RANGE "E0304" "a list that is shorter than the index", "$input.list[99]" => "$input.list[99] ?? null";
    MAY_BE_ABSENT "E0305" "a member that need not be there", "$input.nick" => "$input.nick ?? \"\"";
    NEVER_NULL "E0306" "a default for what is always there", "$input.name ?? \"\"" => "$input.name";
    SECRET "E0401" "a secret that an expression would read", "$input.password" => "a credential of the action";
    OPERAND_TYPE "E0501" "an operator that does not take values of this type", "1 + \"a\"" => "string(1) + \"a\"";
    NOT_A_BOOL "E0502" "something other than true or false where a condition is needed", "$input.a && true" => "$input.a > 0 && true";
    NO_MEMBERS "E0503" "a member of something that has none", "$input.a.b" => "$input.a";
    BAD_INDEX "E0504" "an index that does not fit", "$input.list[-1]" => "last($input.list)";
    NOT_TEXT "E0505" "null, an object or a list inside text", "Hello {{ $input.list }}!" => "Hello {{ $input.list.join(\", \") }}!";
    ARGUMENT_TYPE "E0506" "a function that does not take values of this type", "lower(1)" => "lower(string(1))";
    NOT_CONVERTIBLE "E0507" "text that does not spell such a value", "number(\"abc\")" => "number(\"12\")";
    NEVER_EQUAL "E0508" "two values that can never be equal", "$input.name == 1" => "$input.name == \"1\"";
    NOT_IN_ENUM "E0509" "a text that is none of the possible ones", "$nodes.fetch.status == \"complete\"" => "$nodes.fetch.status == \"completed\"";
    ARGUMENT_VALUE "E0510" "a function that cannot use this value", "timestamp(\"yesterday\")" => "timestamp(\"2026-01-02T03:04:05Z\")";
    BAD_PATTERN "E0511" "a pattern that cannot be read", "\"a\".matches(\"(\")" => "\"a\".matches(\"[(]\")";
    OVERFLOW "E0601" "a whole number that is too large", "18446744073709551615 + 1" => "18446744073709551615.0 + 1";
    DIVISION_BY_ZERO "E0602" "division by zero", "1 / 0" => "1 / 2";
    NOT_FINITE "E0603" "a number that is too large", "1e308 * 10" => "1e307 * 10";
    TEXT_LIMIT "E0701" "a text that is too long", "" => "`code.run` for programs";
    DEPTH_LIMIT "E0702" "an expression that is nested too deeply", "((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))" => "1";
    COST_LIMIT "E0703" "an evaluation that takes too many steps", "" => "less data or a `code.run` node";
    STRING_LIMIT "E0704" "an evaluation that makes too long a string", "" => "a blob";
    LIST_LIMIT "E0705" "an evaluation that makes too long a list", "" => "pages of a list";
    ALLOCATION_LIMIT "E0706" "an evaluation that needs too much memory", "" => "less data";
    DATA_DEPTH_LIMIT "E0707" "data that are nested too deeply", "" => "flatter data";
    TIME_LIMIT "E0708" "an evaluation that takes too long", "" => "less data or a node of its own";
    PATTERN_LIMIT "E0709" "an expression with too many patterns", "" => "one pattern with `|` in it";
}
