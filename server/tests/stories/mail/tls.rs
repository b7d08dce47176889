//! TLS to the mail server: it is used, and the certificate is verified.

use std::fs;
use std::path::Path;

use crate::support::mail_server::{Certificates, MailServer, PASSWORD, Protection, USER};
use crate::support::process::{Process, madang, serve};
use crate::support::server::{Folder, folder};

/// A server whose system trusts one authority.
async fn start(folder: &Folder, mails: &MailServer, security: &str, authority: &str) -> Process {
    let file = folder.path().join("authority.pem");
    fs::write(&file, authority).unwrap();
    let password = folder.path().join("password");
    fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    let mut arguments = mails.arguments();
    arguments.retain(|argument| !argument.contains("security") && !argument.contains("host"));
    arguments.push(format!("--smtp-security={security}"));
    arguments.push("--smtp-host=localhost".to_owned());
    arguments.push(format!("--smtp-user={USER}"));
    arguments.push(format!("--smtp-password-file={}", password.display()));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = serve(folder.path(), &arguments);
    command
        .env("SSL_CERT_FILE", &file)
        .env_remove("SSL_CERT_DIR");
    match Process::spawn(command).await {
        Ok(process) => process,
        Err((status, log)) => panic!("{status}:\n{log}"),
    }
}

async fn test_mail(folder: &Path) -> Result<String, String> {
    madang(folder, &["mail", "test", "ada@example.org"]).await
}

#[tokio::test]
async fn a_mail_goes_over_tls_with_the_password() {
    for security in ["starttls", "tls"] {
        let certificates = Certificates::of("localhost");
        let authority = certificates.authority.clone();
        let mails = MailServer::protected(match security {
            "tls" => Protection::Tls(certificates),
            _ => Protection::Starttls(certificates),
        })
        .await;
        let folder = folder();
        let server = start(&folder, &mails, security, &authority).await;
        test_mail(folder.path()).await.unwrap();
        assert!(mails.taken(1).await.is_protected);
        assert!(!server.log().contains(PASSWORD));
        server.stop().await;
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_or_authority_is_refused_and_nothing_is_said() {
    let right = Certificates::of("localhost");
    let other_name = Certificates::of("mail.example.org");
    let stranger = Certificates::of("localhost").authority;
    for (certificates, authority) in [
        (right.clone(), stranger),
        (other_name.clone(), other_name.authority.clone()),
    ] {
        for security in ["starttls", "tls"] {
            let certificates = certificates.clone();
            let mails = MailServer::protected(match security {
                "tls" => Protection::Tls(certificates),
                _ => Protection::Starttls(certificates),
            })
            .await;
            let folder = folder();
            let server = start(&folder, &mails, security, &authority).await;
            let refused = test_mail(folder.path()).await.unwrap_err();
            assert!(refused.contains("certificate"), "{refused}");
            for word in ["AUTH", "MAIL", "RCPT", "DATA"] {
                assert_eq!(mails.heard_so_far(word), 0, "{word}");
            }
            server.stop().await;
        }
    }
}

#[tokio::test]
async fn a_mail_server_that_takes_starttls_away_gets_nothing_in_the_clear() {
    let certificates = Certificates::of("localhost");
    let mails = MailServer::start().await;
    let folder = folder();
    let server = start(&folder, &mails, "starttls", &certificates.authority).await;
    let refused = test_mail(folder.path()).await.unwrap_err();
    assert!(refused.contains("STARTTLS"), "{refused}");
    for word in ["AUTH", "MAIL"] {
        assert_eq!(mails.heard_so_far(word), 0, "{word}");
    }
    server.stop().await;
}
