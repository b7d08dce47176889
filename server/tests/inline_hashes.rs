//! The build computes the hash of each inline script and style in the page.

#[path = "../build/inline.rs"]
mod inline;

use inline::find;

#[test]
fn scripts_and_styles_in_the_page_are_found_as_the_browser_reads_them() {
    let html = "<!doctype html><head>\r\n\
        <STYLE media=\"(width > 1px)\">a{}\r\nb{}</STYLE>\n\
        <script src=\"/x.js\"></script>\n\
        <script type=\"module\" data-src='no'>\r\nif (1 < 2) go();\r\n</Script>\n\
        </head>";
    let inline = find(html);
    assert_eq!(inline.styles, ["a{}\nb{}"]);
    assert_eq!(inline.scripts, ["\nif (1 < 2) go();\n"]);
}

#[test]
fn text_that_only_looks_like_a_script_is_ignored() {
    let html = "<!-- <script>no()</script> --><scripture>x</scripture>\
        <p title=\"<script>\">1 < 2</p><script src=a>x</script><script";
    let inline = find(html);
    assert!(inline.scripts.is_empty(), "{inline:?}");
    assert!(inline.styles.is_empty(), "{inline:?}");
}

#[test]
fn the_same_inline_content_gets_one_hash() {
    let inline = find("<script>a</script><script async>a</script><script>b</script>");
    assert_eq!(inline.scripts, ["a", "b"]);
}
