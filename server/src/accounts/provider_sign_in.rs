//! Signing in with an identity provider: which account and which session follow from what the
//! provider says.

use shared::error::ErrorCode;
use shared::frame::Refusal;
use shared::model::Role;

use super::oidc::{ActingSession, BrowserBinding, CallbackAnswer, Identity, Purpose};
use super::proposed_names::{proposed_name, proposed_usernames};
use super::provider::Provider;
use super::{Accounts, ActingPerson, Device, SignedIn, carry_out, refuse};
use crate::mail::AccountChange;
use crate::store::{
    AccountCommand, Actor, ExternalIdentity, ExternalSession, ExternalSignIn, LinkedIdentity,
    NewExternalAccount, QueryClient, SignInProof, TokenHash, UsernameKeys, Viewer,
};

/// The longest name of a person at the provider that is stored, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Somebody who came back from the provider.
pub struct Returned {
    /// Who has signed in; none if somebody was signed in before, and is still.
    pub signed_in: Option<SignedIn>,
    /// The path of this server to which they want to go.
    pub return_to: String,
}

/// Why somebody who came back is not signed in, or has not linked the identity.
pub struct NotReturned {
    /// What it was about.
    pub refusal: Refusal,
    /// Where it began, if it was about the account of somebody who is signed in: a path of this server.
    pub own_page: Option<String>,
}

impl Accounts {
    /// The identity provider, if there is one.
    pub fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    /// Begins a sign-in at the provider: the address there to which the browser goes. `return_to`
    /// is a path of this server.
    ///
    /// # Errors
    /// `provider_unavailable`, also without a provider, or `provider_failed`.
    pub async fn begin_at_provider(
        &self,
        purpose: Purpose,
        return_to: &str,
        browser: BrowserBinding,
    ) -> Result<String, Refusal> {
        let client = &self.require_provider()?.client;
        let begun = client.begin(purpose, return_to, browser).await;
        begun.map_err(|error| Refusal::new(error.code()))
    }

    /// Ends a sign-in at the provider with what it sent back with the browser: signs in, links the
    /// identity, or notes that the person was proved again.
    ///
    /// # Errors
    /// Codes about the provider, `no_external_account`, `account_deactivated`; `external_taken`,
    /// `too_many`, `confirmation_required`, `wrong_credentials`; or the store's.
    pub async fn finish_at_provider(
        &self,
        answer: &CallbackAnswer,
        browser: BrowserBinding,
        device: &Device,
    ) -> Result<Returned, NotReturned> {
        let provider = self.require_provider().map_err(NotReturned::elsewhere)?;
        let own_page = match provider.client.purpose(answer, browser) {
            Some((Purpose::Link(_) | Purpose::Confirm(_), return_to)) => Some(return_to),
            Some((Purpose::SignIn { .. }, _)) | None => None,
        };
        self.finish(provider, answer, browser, device)
            .await
            .map_err(|refusal| NotReturned { refusal, own_page })
    }

    async fn finish(
        &self,
        provider: &Provider,
        answer: &CallbackAnswer,
        browser: BrowserBinding,
        device: &Device,
    ) -> Result<Returned, Refusal> {
        let finished = provider.client.finish(answer, browser).await;
        let finished = finished.map_err(|error| Refusal::new(error.code()))?;
        let identity = &finished.identity;
        let (acting, command) = match finished.purpose {
            Purpose::SignIn { guest } => {
                let guest = guest.map(|guest| guest.token_hash);
                let signed_in = self.sign_in_as(provider, identity, guest, device);
                return Ok(Returned {
                    signed_in: Some(signed_in.await?),
                    return_to: finished.return_to,
                });
            }
            Purpose::Link(acting) => {
                let command = AccountCommand::LinkExternal {
                    session: acting.token_hash,
                    identity: external(identity),
                    name: name_there(identity),
                };
                return self.link(acting, command, finished.return_to).await;
            }
            Purpose::Confirm(acting) => {
                let command = AccountCommand::ConfirmSession {
                    session: acting.token_hash,
                    proof: SignInProof::External(external(identity)),
                };
                (acting, command)
            }
        };
        carry_out(self.store.as_ref(), Actor::User(acting.user), command).await?;
        Ok(Returned {
            signed_in: None,
            return_to: finished.return_to,
        })
    }

    /// Links an identity to the person of a session, who is told by mail.
    async fn link(
        &self,
        acting: ActingSession,
        command: AccountCommand,
        return_to: String,
    ) -> Result<Returned, Refusal> {
        let client = QueryClient::Person(acting.user);
        let session = self.store.session(client, acting.token_hash).await;
        let person = session.map_err(refuse)?.map(|session| session.person);
        let username = person.and_then(|person| person.username);
        let username = username.unwrap_or_default();
        let change = AccountChange::ProviderLinked;
        let notice = self.notice(acting.user, &username, change);
        let command = notice.await?.with(command);
        carry_out(self.store.as_ref(), Actor::User(acting.user), command).await?;
        self.notified(acting.user);
        Ok(Returned {
            signed_in: None,
            return_to,
        })
    }

    /// Ends the sessions of which the provider says that they have ended there.
    ///
    /// # Errors
    /// `provider_unavailable`, also without a provider; `provider_failed` for a token that does not
    /// count; or the store's.
    pub async fn log_out_by_provider(&self, token: &str) -> Result<(), Refusal> {
        let client = &self.require_provider()?.client;
        let logged_out = client.logged_out(token).await;
        let logged_out = logged_out.map_err(|error| Refusal::new(error.code()))?;
        let command = AccountCommand::EndExternalSessions {
            issuer: client.settings().issuer.as_str().to_owned(),
            subject: logged_out.subject.clone(),
            sid: logged_out.session_id.clone(),
        };
        carry_out(self.store.as_ref(), Actor::Operator, command).await?;
        client.logout_done(&logged_out);
        Ok(())
    }

    /// The person's identity at the provider.
    ///
    /// # Errors
    /// The store's.
    pub async fn linked_identity(&self, viewer: Viewer) -> Result<Option<LinkedIdentity>, Refusal> {
        let Some(provider) = self.provider() else {
            return Ok(None);
        };
        let found = self.store.linked_identity(viewer, provider.issuer());
        found.await.map_err(refuse)
    }

    /// Takes the identity at the provider from the person.
    ///
    /// # Errors
    /// `last_credential`, `confirmation_required`, or the store's.
    pub async fn unlink_identity(&self, who: &ActingPerson) -> Result<(), Refusal> {
        let Some(provider) = self.provider() else {
            return Ok(());
        };
        let command = AccountCommand::UnlinkExternal {
            session: who.token.hash(),
            issuer: provider.issuer(),
            is_only_way: provider.policy.is_only_way,
        };
        let notice = self.notice_to(who, AccountChange::ProviderUnlinked).await?;
        carry_out(self.store.as_ref(), who.actor(), notice.with(command)).await?;
        self.notified(who.person.id);
        Ok(())
    }

    /// Refuses somebody of this role who has proved something else than the provider's word, if
    /// that is the only way in. Owners come in when the provider does not work.
    ///
    /// # Errors
    /// `provider_only`.
    pub(super) fn require_other_ways(&self, role: Role) -> Result<(), Refusal> {
        let policy = self.provider().map(|provider| provider.policy);
        if role != Role::Owner && policy.is_some_and(|policy| policy.is_only_way) {
            return Err(Refusal::new(ErrorCode::ProviderOnly));
        }
        Ok(())
    }

    fn require_provider(&self) -> Result<&Provider, Refusal> {
        let provider = self.provider.as_ref();
        provider.ok_or_else(|| Refusal::new(ErrorCode::ProviderUnavailable))
    }

    async fn sign_in_as(
        &self,
        provider: &Provider,
        identity: &Identity,
        guest: Option<TokenHash>,
        device: &Device,
    ) -> Result<SignedIn, Refusal> {
        let account = if provider.policy.known_only {
            None
        } else {
            Some(self.new_external_account(identity)?)
        };
        let (token, mut session) = Self::new_session(device)?;
        session.external = Some(ExternalSession {
            issuer: identity.issuer.clone(),
            sid: identity.session_id.clone(),
        });
        let command = AccountCommand::SignInByExternal(ExternalSignIn {
            identity: external(identity),
            name: name_there(identity),
            role: provider.role_of(identity),
            account,
            guest,
            session,
        });
        let outcome = carry_out(self.store.as_ref(), Actor::Operator, command).await?;
        // Nobody: the person has lost the right to come in.
        let person = outcome
            .into_person()
            .ok_or_else(|| Refusal::new(ErrorCode::NoExternalAccount))?;
        Ok(SignedIn { person, token })
    }

    fn new_external_account(&self, identity: &Identity) -> Result<NewExternalAccount, Refusal> {
        let mut drawn = [0_u8; 4];
        getrandom::fill(&mut drawn).map_err(|_| Refusal::new(ErrorCode::StorageFailed))?;
        let usernames = proposed_usernames(identity, u32::from_le_bytes(drawn));
        let first = usernames.first();
        let name = first.map(|first| proposed_name(identity, first, &self.limits));
        Ok(NewExternalAccount {
            name: name.unwrap_or_default(),
            usernames: usernames.into_iter().map(UsernameKeys::from).collect(),
        })
    }
}

impl NotReturned {
    /// It was not about somebody who is signed in, as far as is known.
    pub fn elsewhere(refusal: Refusal) -> Self {
        NotReturned {
            refusal,
            own_page: None,
        }
    }
}

fn external(identity: &Identity) -> ExternalIdentity {
    ExternalIdentity {
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
    }
}

/// What the person is called at the provider, for the person's own eyes.
fn name_there(identity: &Identity) -> String {
    let names = [
        &identity.preferred_username,
        &identity.email,
        &identity.name,
    ];
    let name = names.into_iter().flatten().next();
    name.map_or_else(String::new, |name| {
        name.chars().take(MAX_NAME_CHARS).collect()
    })
}
